#include "resolver/project/index_size.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/bytes16.h"
#include "common/base/files.h"

namespace blindlink::resolver {
namespace {

constexpr double kGiB = 1 << 30;

// The limit that one control group sets; `none` if it sets none or there is none.
uint64_t LimitOfGroup(const std::string& group, uint64_t none) {
  const auto text = ReadFile("/sys/fs/cgroup" + group + "/memory.max");
  uint64_t limit = none;
  return text.ok() && absl::SimpleAtoi(*text, &limit) ? limit : none;
}

}  // namespace

uint64_t EstimateIndexBytes(const Plan& plan,
                            const std::vector<storage::v1::CommittedDataset>& datasets) {
  constexpr uint64_t kToken = 9;  // with its record and form, on average
  std::vector<uint64_t> width_of_id(256, 0);
  for (size_t key = 0; key < plan.match_keys().size(); ++key) {
    width_of_id[plan.match_keys()[key].id] = plan.evidence().WidthOf(key);
  }
  uint64_t bytes = 0;
  for (const auto& dataset : datasets) {
    bytes += dataset.records() * RecordPseudonym::kSize + dataset.postings() * kToken;
    for (const v1::MatchKeyCounts& key : dataset.counts().match_keys()) {
      if (key.match_key() < width_of_id.size())
        bytes += key.tokens() * width_of_id[key.match_key()];
    }
  }
  return bytes;
}

uint64_t MemoryOfMachine() {
  const uint64_t all = static_cast<uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES))) *
                       static_cast<uint64_t>(std::max(0L, sysconf(_SC_PAGE_SIZE)));
  const auto line = ReadFile("/proc/self/cgroup");  // "0::/system.slice/blindlink-resolver.service"
  if (!line.ok()) return all;
  absl::string_view group = absl::StripTrailingAsciiWhitespace(*line);
  if (!absl::ConsumePrefix(&group, "0::")) return all;
  return std::min(all, LimitOfGroup(std::string(group), all));
}

std::optional<std::string> NoticeOfSlowReading(uint64_t index_bytes, uint64_t memory) {
  if (index_bytes <= memory) return std::nullopt;
  return absl::StrFormat(
      "the index of these datasets, about %.1f GiB, does not fit in this machine's memory of %.1f "
      "GiB: the run reads it from the disk and takes as long as that, more than a minute at 500 "
      "MB/s "
      "for each 30 GB",
      static_cast<double>(index_bytes) / kGiB, static_cast<double>(memory) / kGiB);
}

}  // namespace blindlink::resolver
