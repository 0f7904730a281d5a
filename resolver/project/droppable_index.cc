#include "resolver/project/droppable_index.h"

#include <mutex>
#include <utility>

namespace blindlink::resolver {

absl::Status IndexIsDropped() {
  return absl::FailedPreconditionError(
      "the coordinator has dropped this project's index, as planned: results can still be fetched, "
      "but for further uploads and runs ask the coordinator for a new project");
}

void DroppableIndex::Drop(std::vector<storage::v1::CommittedDataset> datasets) {
  const std::unique_lock lock(mutex_);
  index_.reset();
  datasets_ = std::move(datasets);
}

absl::StatusOr<std::unique_ptr<DatasetWriter>> DroppableIndex::BeginDataset(
    uint32_t number, const std::filesystem::path& scratch) {
  const std::shared_lock lock(mutex_);
  if (index_ == nullptr) return IndexIsDropped();
  return index_->BeginDataset(number, scratch);
}

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> DroppableIndex::Datasets() const {
  const std::shared_lock lock(mutex_);
  if (index_ == nullptr) return datasets_;
  return index_->Datasets();
}

absl::StatusOr<std::unique_ptr<Cursor<Posting>>> DroppableIndex::Postings(
    const PostingQuery& query) const {
  const std::shared_lock lock(mutex_);
  if (index_ == nullptr) return IndexIsDropped();
  return index_->Postings(query);
}

absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> DroppableIndex::Records(
    uint32_t dataset) const {
  const std::shared_lock lock(mutex_);
  if (index_ == nullptr) return IndexIsDropped();
  return index_->Records(dataset);
}

}  // namespace blindlink::resolver
