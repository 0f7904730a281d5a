#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// In place of the token index of a project whose index was dropped: still lists its datasets;
// everything else is FAILED_PRECONDITION. Immutable; thread-safe.
class DroppedIndex : public TokenIndex {
 public:
  explicit DroppedIndex(std::vector<storage::v1::CommittedDataset> datasets)
      : datasets_(std::move(datasets)) {}

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override;
  absl::Status RemoveDataset(uint32_t number) override;
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override;
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override;
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(uint32_t dataset) const override;

 private:
  const std::vector<storage::v1::CommittedDataset> datasets_;
};

// What is said to whoever needs the index of a project whose index was dropped.
absl::Status IndexIsDropped();

}  // namespace blindlink::resolver
