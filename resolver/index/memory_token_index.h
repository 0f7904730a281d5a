#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// The token index in memory, for tests and for trying things out. Nothing outlives it.
class MemoryTokenIndex : public TokenIndex {
 public:
  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::vector<std::filesystem::path>& parts) override;
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override;
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override;
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(uint32_t dataset) const override;

 private:
  class Writer;
  struct Dataset {
    storage::v1::CommittedDataset info;
    std::vector<RecordPseudonym> records;
  };

  mutable std::mutex mutex_;
  std::map<uint32_t, Dataset> datasets_;
  std::vector<Posting> postings_;  // in order
};

}  // namespace blindlink::resolver
