#include "resolver/access/released_counts.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/results/small_overlaps.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

storage::v1::ReleasedCount* FindOrAdd(const v1::OverlapCell& cell,
                                      storage::v1::StoredReleases* releases) {
  for (storage::v1::ReleasedCount& count : *releases->mutable_counts()) {
    if (count.left_site() == cell.left_site() && count.right_site() == cell.right_site()) {
      return &count;
    }
  }
  storage::v1::ReleasedCount* added = releases->add_counts();
  added->set_left_site(cell.left_site());
  added->set_right_site(cell.right_site());
  return added;
}

template <typename Counts>
bool Contains(const Counts& counts, uint64_t count) {
  return std::find(counts.begin(), counts.end(), count) != counts.end();
}

uint64_t Distance(uint64_t a, uint64_t b) { return a > b ? a - b : b - a; }

// The released count nearest to `exact` within `reach`, the lower of two; `exact` if there is none.
uint64_t Snapped(uint64_t exact, uint64_t reach, const storage::v1::ReleasedCount& released) {
  uint64_t nearest = exact;
  uint64_t distance = reach + 1;
  for (const uint64_t count : released.entities()) {
    const uint64_t to = Distance(count, exact);
    if (to > reach) continue;
    if (to < distance || (to == distance && count < nearest)) {
      nearest = count;
      distance = to;
    }
  }
  return nearest;
}

}  // namespace

std::string ReleaseRules(v1::ReleaseMode mode) {
  const std::string rules =
      "counts from 1 to 10 are suppressed, and overlaps from which they could be derived";
  if (mode == v1::RELEASE_STANDING) {
    return absl::StrCat("release rules 2: standing access; ", rules);
  }
  return absl::StrCat("release rules 2: by grant; ", rules,
                      "; counts that differ by 1 to 10 from a released one are given as that one; "
                      "scores in hundredths, no match keys");
}

absl::StatusOr<std::unique_ptr<ReleasedCounts>> ReleasedCounts::Open(
    const std::filesystem::path& file) {
  std::unique_ptr<ReleasedCounts> counts(new ReleasedCounts(file));
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    BL_RETURN_IF_ERROR(ReadStored(file, "restore it from a backup", &counts->stored_));
  }
  return counts;
}

absl::Status ReleasedCounts::Save(storage::v1::StoredReleases changed) {
  BL_RETURN_IF_ERROR(WriteStored(file_, changed));
  stored_ = std::move(changed);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::OverlapCell>> ReleasedCounts::Release(
    std::vector<v1::OverlapCell> cells, uint32_t largest_small) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredReleases changed = stored_;
  for (v1::OverlapCell& cell : cells) {
    if (cell.entities() <= largest_small) continue;
    cell.set_entities(Snapped(cell.entities(), largest_small, *FindOrAdd(cell, &changed)));
  }
  std::vector<v1::OverlapCell> shown = SuppressSmall(std::move(cells), largest_small);
  bool is_new = false;
  for (const v1::OverlapCell& cell : shown) {
    if (cell.suppressed() || cell.entities() == 0) continue;
    storage::v1::ReleasedCount& released = *FindOrAdd(cell, &changed);
    if (Contains(released.entities(), cell.entities())) continue;
    released.add_entities(cell.entities());
    is_new = true;
  }
  if (is_new) BL_RETURN_IF_ERROR(Save(std::move(changed)));
  return shown;
}

uint32_t ReleasedCounts::RulesSeen(const std::string& researcher) const {
  const std::lock_guard lock(mutex_);
  const auto found = stored_.rules_seen().find(researcher);
  return found == stored_.rules_seen().end() ? 0 : found->second;
}

absl::Status ReleasedCounts::NoteRulesSeen(const std::string& researcher, uint32_t version) {
  const std::lock_guard lock(mutex_);
  const auto found = stored_.rules_seen().find(researcher);
  if (version == 0 || (found != stored_.rules_seen().end() && found->second >= version)) {
    return absl::OkStatus();
  }
  storage::v1::StoredReleases changed = stored_;
  (*changed.mutable_rules_seen())[researcher] = version;
  return Save(std::move(changed));
}

}  // namespace blindlink::resolver
