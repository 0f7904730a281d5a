#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "resolver/index/memory_exchange.h"
#include "resolver/index/shared_index.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// The token index in memory, for tests and trials. Everything is lost when it is destroyed: for
// this index, "durable" means until then. It writes nothing to a dataset's scratch folder.
class MemoryTokenIndex : public TokenIndex {
 public:
  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override;
  absl::Status RemoveDataset(uint32_t number) override;
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override;
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override;
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(uint32_t dataset) const override;
  // As if there were two shards, with half of the tokens each. Nobody else can open it.
  absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> Share(
      const std::vector<uint32_t>& datasets) const override;

 private:
  class Writer;
  class Shared;
  struct Dataset {
    storage::v1::CommittedDataset info;
    std::vector<RecordPseudonym> records;
  };
  // The finished ranges of a dataset that is not committed.
  struct Finished {
    size_t ranges = 0;
    std::vector<Posting> postings;  // in order
  };

  mutable std::mutex mutex_;
  mutable std::shared_ptr<MemoryExchange> exchange_;  // of the last run
  std::map<uint32_t, Dataset> datasets_;
  std::map<uint32_t, Finished> finished_;
  std::vector<Posting> postings_;  // in order
};

}  // namespace blindlink::resolver
