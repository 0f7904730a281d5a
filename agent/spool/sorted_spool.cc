#include "agent/spool/sorted_spool.h"

#include <algorithm>

#include "absl/types/span.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kHeadSize = RecordPseudonym::kSize + 4;  // of an entry: pseudonym, length

absl::Span<uint8_t> AsBytes(char* text, size_t size) {
  return {reinterpret_cast<uint8_t*>(text), size};
}

}  // namespace

absl::Status SortedSpool::Add(const RecordPseudonym& pseudonym, absl::string_view text) {
  Range& range = ranges_[pseudonym.bytes[0]];
  if (!range.pending.empty() && range.pending.size() + kHeadSize + text.size() > kPieceBytes) {
    BL_RETURN_IF_ERROR(WriteOut(&range));
  }
  // Memory costs nothing until it is written to.
  if (range.pending.capacity() < kPieceBytes) range.pending.reserve(kPieceBytes);
  const absl::string_view key = pseudonym.AsView();
  range.pending.append(key.data(), key.size());
  AppendText32(text, &range.pending);
  return absl::OkStatus();
}

absl::Status SortedSpool::WriteOut(Range* range) {
  if (file_ == nullptr) {
    BL_ASSIGN_OR_RETURN(file_, RunFile::Create(folder_));
  }
  const Piece piece{file_->size(), range->pending.size()};
  cipher_.Apply(piece.offset, AsBytes(range->pending.data(), piece.size));
  BL_RETURN_IF_ERROR(file_->Append(range->pending.data(), piece.size));
  range->pieces.push_back(piece);
  range->pending.clear();
  return absl::OkStatus();
}

absl::StatusOr<const std::vector<SortedSpool::Entry>*> SortedSpool::NextRange() {
  entries_.clear();
  while (entries_.empty() && next_range_ < kRanges) {
    BL_RETURN_IF_ERROR(Load(&ranges_[next_range_++]));
    SortEntries();
  }
  return &entries_;
}

absl::Status SortedSpool::Load(Range* range) {
  size_t size = range->pending.size();
  for (const Piece& piece : range->pieces) size += piece.size;
  if (size > kMaxRangeBytes) {
    return absl::InvalidArgumentError(
        "a few record ids are on most of the rows, or the file is larger than 100 GiB: check which "
        "column is the record id, or split the file");
  }
  text_.resize(size);
  char* at = text_.data();
  for (const Piece& piece : range->pieces) {
    BL_RETURN_IF_ERROR(file_->ReadAt(piece.offset, at, piece.size));
    cipher_.Apply(piece.offset, AsBytes(at, piece.size));
    at += piece.size;
  }
  std::copy(range->pending.begin(), range->pending.end(), at);
  *range = Range();
  return absl::OkStatus();
}

void SortedSpool::SortEntries() {
  absl::string_view rest = text_;
  while (!rest.empty()) {
    const RecordPseudonym pseudonym = RecordPseudonym::FromBytes(rest.data());
    const size_t size =
        LoadBigEndian32(reinterpret_cast<const uint8_t*>(rest.data()) + RecordPseudonym::kSize);
    entries_.push_back({pseudonym, rest.substr(kHeadSize, size)});
    rest.remove_prefix(kHeadSize + size);
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    if (a.pseudonym != b.pseudonym) return a.pseudonym < b.pseudonym;
    return a.text.data() < b.text.data();
  });
}

}  // namespace blindlink::agent
