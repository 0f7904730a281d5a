#pragma once

#include <memory>
#include <shared_mutex>
#include <vector>

#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// A token index that can be closed for good while the project goes on. From then on it still lists
// its datasets; everything else is FAILED_PRECONDITION. Thread-safe.
class DroppableIndex : public TokenIndex {
 public:
  explicit DroppableIndex(std::unique_ptr<TokenIndex> index) : index_(std::move(index)) {}
  // One that was dropped by an earlier process.
  explicit DroppableIndex(std::vector<storage::v1::CommittedDataset> datasets)
      : datasets_(std::move(datasets)) {}

  // Closes the index. Nobody may hold a cursor or a writer of it. `datasets` are those that it has.
  void Drop(std::vector<storage::v1::CommittedDataset> datasets);

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override;
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override;
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override;
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(uint32_t dataset) const override;

 private:
  mutable std::shared_mutex mutex_;
  std::unique_ptr<TokenIndex> index_;  // null: dropped
  std::vector<storage::v1::CommittedDataset> datasets_;
};

// What is said to whoever needs the index of a project whose index was dropped.
absl::Status IndexIsDropped();

}  // namespace blindlink::resolver
