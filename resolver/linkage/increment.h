#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/token_use.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// A finished run of the same plan that another one starts from.
struct EarlierRun {
  std::filesystem::path folder;
  storage::v1::StoredRun run;
  // The numbers that its datasets have now, in the order of run.dataset_numbers: one that has only
  // lost records since has another number (CommittedDataset.earlier_numbers). 0: it is gone.
  std::vector<uint32_t> numbers;
  // Whether to compare only what has changed since. Otherwise only its model is used.
  bool increment = false;
};

// What a run takes from an earlier one: the pairs of records that have not changed. Records by the
// new run's ranks, unless they are called old ones. Immutable.
class Increment {
 public:
  // Null if the run must compare everything: the earlier one kept too little, or the index key has
  // another generation. `records_file` is the new run's. DATA_LOSS if a file is damaged.
  static absl::StatusOr<std::unique_ptr<const Increment>> Prepare(
      const EarlierRun& earlier, const std::vector<storage::v1::CommittedDataset>& datasets,
      const RecordOrder& order, const std::filesystem::path& records_file, uint32_t generation);

  // The records whose pairs must all be compared anew: they are of a dataset that the earlier run
  // did not have, or may have been of one that is gone.
  const std::vector<bool>& changed() const { return changed_; }
  const RowFileReader<ConsideredPairRow>& considered() const { return *considered_; }
  const RowFileReader<ScoredPairRow>& faint() const { return *faint_; }
  const RowFileReader<TokenUseRow>& token_uses() const { return *token_uses_; }
  // The rank of an old one; kGone if the new run does not have the record.
  static constexpr uint32_t kGone = 0xffffffff;
  uint32_t NewRankOf(uint32_t old_rank) const {
    return old_rank < new_rank_.size() ? new_rank_[old_rank] : kGone;
  }

 private:
  Increment() = default;
  absl::Status OpenFiles(const EarlierRun& earlier);
  absl::Status MapRanks(const EarlierRun& earlier, const RecordOrder& order,
                        const std::filesystem::path& records_file);
  void MarkChanged(const EarlierRun& earlier,
                   const std::vector<storage::v1::CommittedDataset>& datasets,
                   const RecordOrder& order);

  std::unique_ptr<RowFileReader<RecordRow>> old_records_;
  std::unique_ptr<RowFileReader<ConsideredPairRow>> considered_;
  std::unique_ptr<RowFileReader<ScoredPairRow>> faint_;
  std::unique_ptr<RowFileReader<TokenUseRow>> token_uses_;
  std::vector<uint32_t> new_rank_;  // by old rank
  std::vector<bool> changed_;
};

}  // namespace blindlink::resolver
