#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/index/index_key.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// A finished run's result, read from disk on demand. Immutable; thread-safe.
class RunResult {
 public:
  // `key` must outlive the result. DATA_LOSS if the files are not those that the run wrote.
  static absl::StatusOr<std::shared_ptr<const RunResult>> Open(const std::filesystem::path& folder,
                                                               storage::v1::StoredRun run,
                                                               Plan plan, const IndexKey& key);

  v1::ResultInfo Info() const;
  uint64_t pair_count() const { return pairs_->rows(); }
  uint64_t entity_row_count() const { return entities_->rows(); }

  // Appends at most `count` rows from `first` on.
  absl::Status AppendPairs(uint64_t first, uint64_t count, v1::MatchPairChunk* chunk) const;
  absl::Status AppendEntities(uint64_t first, uint64_t count, v1::EntityChunk* chunk) const;
  // Counts from 1 to kSuppressedUpTo are suppressed.
  v1::OverlapResponse Overlap() const;

  // Cells under 11, the smallest size US federal data releases commonly allow.
  static constexpr uint32_t kSuppressedUpTo = 10;

 private:
  RunResult(storage::v1::StoredRun run, Plan plan, const IndexKey& key)
      : run_(std::move(run)), plan_(std::move(plan)), key_(key) {}

  const storage::v1::StoredRun run_;
  const Plan plan_;
  const IndexKey& key_;
  std::unique_ptr<RowFileReader<RecordRow>> records_;
  std::unique_ptr<RowFileReader<PairRow>> pairs_;
  std::unique_ptr<RowFileReader<EntityRow>> entities_;
};

}  // namespace blindlink::resolver
