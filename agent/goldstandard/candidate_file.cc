#include "agent/goldstandard/candidate_file.h"

#include <algorithm>
#include <cstring>

#include "common/base/byte_order.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kPiece = size_t{1} << 20;

// Reads a RunFile from its beginning.
class SequentialReader {
 public:
  explicit SequentialReader(const RunFile& file) : file_(file) {}

  bool AtEnd() const { return at_ == piece_.size() && next_ == file_.size(); }

  absl::Status Read(size_t size, char* to) {
    while (size > 0) {
      if (at_ == piece_.size()) BL_RETURN_IF_ERROR(NextPiece());
      const size_t part = std::min(size, piece_.size() - at_);
      std::memcpy(to, piece_.data() + at_, part);
      at_ += part;
      to += part;
      size -= part;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<uint32_t> ReadNumber() {
    char bytes[4];
    BL_RETURN_IF_ERROR(Read(sizeof(bytes), bytes));
    return LoadBigEndian32(reinterpret_cast<const uint8_t*>(bytes));
  }

 private:
  absl::Status NextPiece() {
    piece_.resize(std::max<uint64_t>(1, std::min<uint64_t>(kPiece, file_.size() - next_)));
    BL_RETURN_IF_ERROR(file_.ReadAt(next_, piece_.data(), piece_.size()));
    next_ += piece_.size();
    at_ = 0;
    return absl::OkStatus();
  }

  const RunFile& file_;
  std::string piece_;
  size_t at_ = 0;      // offset in piece_
  uint64_t next_ = 0;  // offset in the file
};

}  // namespace

absl::StatusOr<std::unique_ptr<CandidateFile>> CandidateFile::Create(
    const std::filesystem::path& folder) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<RunFile> file, RunFile::Create(folder));
  return std::unique_ptr<CandidateFile>(new CandidateFile(std::move(file)));
}

uint32_t CandidateFile::NumberOf(AgreementPattern pattern) {
  const auto [found, is_new] =
      numbers_.try_emplace(pattern, static_cast<uint32_t>(patterns_.size()));
  if (is_new) patterns_.push_back(pattern);
  return found->second;
}

absl::Status CandidateFile::Append(const CandidateRow& row) {
  AppendNumber32(row.record, &pending_);
  AppendNumber32(static_cast<uint32_t>(row.record_id.size()), &pending_);
  AppendNumber32(static_cast<uint32_t>(row.pairs.size()), &pending_);
  pending_ += row.record_id;
  for (const CandidatePair& pair : row.pairs) {
    AppendNumber32(pair.held, &pending_);
    AppendNumber32(NumberOf(pair.pattern), &pending_);
  }
  ++rows_;
  pairs_ += row.pairs.size();
  return pending_.size() < kPiece ? absl::OkStatus() : WriteOut();
}

absl::Status CandidateFile::WriteOut() {
  BL_RETURN_IF_ERROR(file_->Append(pending_.data(), pending_.size()));
  pending_.clear();
  return absl::OkStatus();
}

absl::Status CandidateFile::Finish() {
  BL_RETURN_IF_ERROR(WriteOut());
  numbers_ = {};
  return absl::OkStatus();
}

absl::Status CandidateFile::ForEach(
    const std::function<absl::Status(const CandidateRow&)>& visit) const {
  SequentialReader reader(*file_);
  CandidateRow row;
  while (!reader.AtEnd()) {
    BL_ASSIGN_OR_RETURN(row.record, reader.ReadNumber());
    BL_ASSIGN_OR_RETURN(const uint32_t id_size, reader.ReadNumber());
    BL_ASSIGN_OR_RETURN(const uint32_t pairs, reader.ReadNumber());
    row.record_id.resize(id_size);
    BL_RETURN_IF_ERROR(reader.Read(id_size, row.record_id.data()));
    row.pairs.resize(pairs);
    for (CandidatePair& pair : row.pairs) {
      BL_ASSIGN_OR_RETURN(pair.held, reader.ReadNumber());
      BL_ASSIGN_OR_RETURN(const uint32_t pattern, reader.ReadNumber());
      pair.pattern = patterns_[pattern];
    }
    BL_RETURN_IF_ERROR(visit(row));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
