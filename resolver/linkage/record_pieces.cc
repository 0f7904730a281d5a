#include "resolver/linkage/record_pieces.h"

#include <limits>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kRecordsOfPiece = size_t{1} << 15;

}  // namespace

RecordPieces::RecordPieces(const TokenIndex& index,
                           const std::vector<storage::v1::CommittedDataset>& datasets)
    : index_(index), datasets_(datasets), counts_(datasets.size()) {}

absl::Status RecordPieces::Next(RecordPiece* piece) {
  piece->records.clear();
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = Read(piece);
  return status_;
}

absl::Status RecordPieces::Read(RecordPiece* piece) {
  while (dataset_ < datasets_.size()) {
    if (cursor_ == nullptr) {
      BL_ASSIGN_OR_RETURN(cursor_, index_.Records(datasets_[dataset_].dataset_number()));
    }
    uint64_t& count = counts_[dataset_];
    piece->dataset = dataset_;
    piece->first = static_cast<uint32_t>(count);
    piece->position = done();
    while (piece->records.size() < kRecordsOfPiece) {
      BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> batch, cursor_->Next());
      if (batch.empty()) break;
      piece->records.insert(piece->records.end(), batch.begin(), batch.end());
    }
    count += piece->records.size();
    done_ += piece->records.size();
    if (done() >= std::numeric_limits<uint32_t>::max()) {
      return absl::ResourceExhaustedError("a run takes at most 4 294 967 294 records");
    }
    if (!piece->records.empty()) return absl::OkStatus();
    cursor_.reset();
    ++dataset_;
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
