#include "resolver/linkage/record_parts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/byte_order.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// Enough parts that threads finish at about the same time and that what they have taken is small,
// but each with enough memory for a run of its own on the disk. A small run needs no threads.
size_t PartCount(const WorkLimits& limits, uint64_t records) {
  constexpr uint64_t kLeastMemory = uint64_t{256} << 10;
  constexpr uint64_t kLeastRecords = 4096;
  constexpr uint64_t kMaxParts = 256;
  constexpr uint64_t kPartsAThread = 32;
  const uint64_t most = std::min(limits.memory_budget / kLeastMemory, records / kLeastRecords);
  return std::clamp<uint64_t>(most, 1, std::min(kMaxParts, kPartsAThread * limits.threads));
}

}  // namespace

RecordParts::RecordParts(const std::filesystem::path& folder, const WorkLimits& limits,
                         const std::vector<uint64_t>& by_site)
    : all_(std::accumulate(by_site.begin(), by_site.end(), uint64_t{0})),
      by_site_(by_site),
      parts_(PartCount(limits, all_)) {
  uint64_t before = 0;
  for (const uint64_t records : by_site_) {
    before_.push_back(before);
    before += records;
  }
  const uint64_t memory = limits.memory_budget / 4 * 3 / parts_.size();
  for (Part& part : parts_) {
    part.records = std::make_unique<ExternalSorter<SortedRecord>>(folder, memory);
  }
}

size_t RecordParts::PartOf(const SortedRecord& record) const {
  const uint64_t prefix = LoadBigEndian32(record.record.bytes.data());
  // Where the record would be if the site's pseudonyms were evenly spread. Fits: a run has fewer
  // than 2^32 records.
  const uint64_t place = before_[record.site] + (prefix * by_site_[record.site] >> 32);
  return std::min(place * parts_.size() / std::max<uint64_t>(1, all_), parts_.size() - 1);
}

absl::Status RecordParts::Add(size_t part, const std::vector<SortedRecord>& records) {
  const std::lock_guard lock(parts_[part].mutex);
  for (const SortedRecord& record : records) {
    BL_RETURN_IF_ERROR(parts_[part].records->Add(record));
  }
  return absl::OkStatus();
}

std::unique_ptr<ExternalSorter<SortedRecord>> RecordParts::Take(size_t part) {
  return std::move(parts_[part].records);
}

}  // namespace blindlink::resolver
