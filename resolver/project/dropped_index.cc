#include "resolver/project/dropped_index.h"

namespace blindlink::resolver {

absl::Status IndexIsDropped() {
  return absl::FailedPreconditionError(
      "the coordinator has dropped this project's index, as planned: results can still be fetched, "
      "but for further uploads and runs ask the coordinator for a new project");
}

absl::StatusOr<std::unique_ptr<DatasetWriter>> DroppedIndex::BeginDataset(
    uint32_t /*number*/, const std::filesystem::path& /*scratch*/) {
  return IndexIsDropped();
}

absl::Status DroppedIndex::RemoveDataset(uint32_t /*number*/) { return IndexIsDropped(); }

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> DroppedIndex::Datasets() const {
  return datasets_;
}

absl::StatusOr<std::unique_ptr<Cursor<Posting>>> DroppedIndex::Postings(
    const PostingQuery& /*query*/) const {
  return IndexIsDropped();
}

absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> DroppedIndex::Records(
    uint32_t /*dataset*/) const {
  return IndexIsDropped();
}

}  // namespace blindlink::resolver
