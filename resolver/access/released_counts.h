#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/access_storage.pb.h"
#include "blindlink/v1/result_service.pb.h"

namespace blindlink::resolver {

// The rules by which counts and results are released, in words, as they are told to researchers.
// They change with the program; a change raises the version of a project's rules.
std::string ReleaseRules(v1::ReleaseMode mode);

// What a project has released: the counts of entities, so that no two that differ by 1 to 10 are
// ever seen, and the version of the rules that each researcher was told. A change is durable when a
// function returns. Thread-safe.
class ReleasedCounts {
 public:
  // A file that does not exist: nothing has been released. DATA_LOSS if it is damaged.
  static absl::StatusOr<std::unique_ptr<ReleasedCounts>> Open(const std::filesystem::path& file);

  // The cells of a run as a grant may show them. A count that differs by 1 to `largest_small` from
  // one that was shown of another run becomes the nearest such, so that two runs, or two grants,
  // never tell a difference that small. Small counts are suppressed, and what they could be derived
  // from (small_overlaps.h). What is shown is noted first.
  absl::StatusOr<std::vector<v1::OverlapCell>> Release(std::vector<v1::OverlapCell> cells,
                                                       uint32_t largest_small);

  // The version of the rules of the newest result that the researcher has fetched; 0: none.
  uint32_t RulesSeen(const std::string& researcher) const;
  absl::Status NoteRulesSeen(const std::string& researcher, uint32_t version);

 private:
  explicit ReleasedCounts(std::filesystem::path file) : file_(std::move(file)) {}
  absl::Status Save(storage::v1::StoredReleases changed);

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  storage::v1::StoredReleases stored_;
};

}  // namespace blindlink::resolver
