#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "resolver/index/shared_index.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// A token index that can be replaced by another one while others hold a reference to it: by one of
// the same contents, or by none (project/dropped_index.h). Writers and cursors belong to the index
// that made them, so nobody may have one when the index is replaced. Thread-safe.
class SwitchableTokenIndex : public TokenIndex {
 public:
  explicit SwitchableTokenIndex(std::shared_ptr<TokenIndex> index) : index_(std::move(index)) {}

  // The former index is closed when the calls in progress have ended.
  void Switch(std::shared_ptr<TokenIndex> index) {
    const std::lock_guard lock(mutex_);
    std::swap(index_, index);
  }

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override {
    return Now()->BeginDataset(number, scratch);
  }
  absl::Status RemoveDataset(uint32_t number) override { return Now()->RemoveDataset(number); }
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override {
    return Now()->Datasets();
  }
  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    return Now()->Postings(query);
  }
  absl::StatusOr<size_t> CursorsAtOnce(const PostingQuery& query, size_t threads) const override {
    return Now()->CursorsAtOnce(query, threads);
  }
  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const override {
    return Now()->Records(dataset);
  }
  absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> Share(
      const std::vector<uint32_t>& datasets) const override {
    return Now()->Share(datasets);
  }

 private:
  std::shared_ptr<TokenIndex> Now() const {
    const std::lock_guard lock(mutex_);
    return index_;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<TokenIndex> index_;
};

}  // namespace blindlink::resolver
