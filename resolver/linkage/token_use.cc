#include "resolver/linkage/token_use.h"

#include <algorithm>
#include <tuple>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBatch = 4096;

bool IsBefore(const TokenUseRow& a, const TokenUseRow& b) {
  return std::tie(a.token, a.match_key) < std::tie(b.token, b.match_key);
}

bool IsOfSameToken(const TokenUseRow& a, const TokenUseRow& b) {
  return a.token == b.token && a.match_key == b.match_key;
}

}  // namespace

absl::Status TokenUseLog::Seek(const TokenUseRow& row) {
  if (!sought_) {
    sought_ = true;
    uint64_t low = 1;  // after the row of the generation
    uint64_t high = earlier_->rows();
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      BL_ASSIGN_OR_RETURN(const TokenUseRow at, earlier_->ReadOne(middle));
      (IsBefore(at, row) ? low : high) = IsBefore(at, row) ? middle + 1 : middle;
    }
    next_ = low;
  }
  while (true) {
    while (at_ < batch_.size() && IsBefore(batch_[at_], row)) ++at_;
    if (at_ < batch_.size()) return absl::OkStatus();
    BL_ASSIGN_OR_RETURN(batch_, earlier_->Read(next_, kBatch));
    at_ = 0;
    next_ += batch_.size();
    if (batch_.empty()) return absl::OkStatus();
  }
}

absl::StatusOr<uint8_t> TokenUseLog::Note(const TokenUseRow& row) {
  if (row.use != 0) {
    buffer_.resize(buffer_.size() + TokenUseRow::kSize);
    row.Encode(buffer_.data() + buffer_.size() - TokenUseRow::kSize);
    if (buffer_.size() >= kBatch * TokenUseRow::kSize) BL_RETURN_IF_ERROR(Finish());
  }
  if (earlier_ == nullptr) return 0;
  BL_RETURN_IF_ERROR(Seek(row));
  if (at_ == batch_.size() || !IsOfSameToken(batch_[at_], row)) return 0;
  return batch_[at_].use;
}

absl::Status TokenUseLog::Finish() {
  if (buffer_.empty()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(out_.Append(buffer_.data(), buffer_.size()));
  buffer_.clear();
  return absl::OkStatus();
}

absl::StatusOr<TokenUses> TokenUses::Create(const std::filesystem::path& folder, size_t ranges) {
  TokenUses uses;
  for (size_t i = 0; i < ranges; ++i) {
    BL_ASSIGN_OR_RETURN(uses.files_.emplace_back(), RunFile::Create(folder));
  }
  return uses;
}

absl::Status TokenUses::WriteTo(RowFileWriter<TokenUseRow>* writer) const {
  std::vector<uint8_t> bytes;
  for (const auto& file : files_) {
    for (uint64_t at = 0; at < file->size(); at += bytes.size()) {
      bytes.resize(std::min<uint64_t>(kBatch * TokenUseRow::kSize, file->size() - at));
      BL_RETURN_IF_ERROR(file->ReadAt(at, bytes.data(), bytes.size()));
      for (size_t i = 0; i < bytes.size(); i += TokenUseRow::kSize) {
        BL_RETURN_IF_ERROR(writer->Append(TokenUseRow::Decode(bytes.data() + i)));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
