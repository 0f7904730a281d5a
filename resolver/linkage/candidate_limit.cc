#include "resolver/linkage/candidate_limit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/disk_room.h"
#include "common/base/status_macros.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/results/result_rows.h"

namespace blindlink::resolver {
namespace {

// Left free for uploads and the log while a run sorts.
constexpr uint64_t kRoomLeftFree = uint64_t{64} << 20;

// The largest of the named counts, with their shares of `all`.
std::string Largest(const std::vector<std::string>& names, const std::vector<uint64_t>& counts,
                    uint64_t all) {
  constexpr size_t kNamed = 3;
  std::vector<std::pair<uint64_t, std::string>> by_count;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) by_count.emplace_back(counts[i], names[i]);
  }
  std::sort(by_count.rbegin(), by_count.rend());
  by_count.resize(std::min(by_count.size(), kNamed));
  return absl::StrJoin(by_count, ", ", [&](std::string* out, const auto& named) {
    absl::StrAppendFormat(
        out, "%s (%.0f %%)", named.second,
        100 * static_cast<double>(named.first) / static_cast<double>(std::max<uint64_t>(1, all)));
  });
}

}  // namespace

void CandidateCounts::Add(const CandidateCounts& other) {
  Add(other.all_, other.by_site_, other.by_match_key_);
}

void CandidateCounts::Add(uint64_t all, const std::vector<uint64_t>& by_site,
                          const std::vector<uint64_t>& by_match_key) {
  all_ += all;
  for (size_t i = 0; i < by_site_.size(); ++i) by_site_[i] += by_site[i];
  for (size_t i = 0; i < by_match_key_.size(); ++i) by_match_key_[i] += by_match_key[i];
}

absl::StatusOr<CandidateLimit> CandidateLimit::Foresee(const std::filesystem::path& folder,
                                                       uint64_t records, const WorkLimits& limits) {
  BL_ASSIGN_OR_RETURN(const uint64_t free, FreeBytes(folder));
  const uint64_t room = free > kRoomLeftFree ? free - kRoomLeftFree : 0;
  const uint64_t in_memory = limits.memory_budget / 3 / sizeof(Candidate);
  const uint64_t by_room = in_memory + room / (sizeof(Candidate) + ScoredPairRow::kSize);
  const uint64_t by_records = std::max(kLeastLimit, records * kMostPerRecord);
  return CandidateLimit(std::min(by_room, by_records), by_room < by_records);
}

absl::Status CandidateLimit::Add(uint64_t candidates) {
  // No more than that matters, and sums of larger numbers could come round to small ones.
  all_ += std::min(candidates, limit_ + 1);
  return reached() ? absl::ResourceExhaustedError("too many candidate pairs") : absl::OkStatus();
}

absl::Status CandidateLimit::Explain(const CandidateCounts& counts,
                                     const std::vector<std::string>& sites,
                                     const Plan& plan) const {
  std::vector<std::string> keys;
  for (const MatchKeyLayout& key : plan.match_keys()) keys.push_back(key.name);
  return absl::ResourceExhaustedError(absl::StrCat(
      "too many candidate pairs: more than ", limit_,
      by_room_ ? ", for which the disk has no room" : ", far more than its records explain",
      ". Most have a record of ", Largest(sites, counts.by_site(), counts.all()),
      " and share a token of ", Largest(keys, counts.by_match_key(), counts.all()),
      ". Look at the uploads of these sites: withdraw a wrong one (upload discard) or leave it out "
      "(--dataset); or start with a plan that has a lower max_records_per_token",
      by_room_ ? "; or make room" : ""));
}

}  // namespace blindlink::resolver
