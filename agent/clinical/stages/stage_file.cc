#include "agent/clinical/stages/stage_file.h"

#include <fcntl.h>

#include <system_error>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink::agent {
namespace {

constexpr size_t kSaltSize = 16;
constexpr size_t kFooterSize = 16;
constexpr size_t kBlockBytes = size_t{256} << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<StageWriter>> StageWriter::Create(const std::filesystem::path& path,
                                                                 const HmacSha256& key,
                                                                 absl::string_view origin) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  const SecretBytes random = RandomBytes(kSaltSize);
  const absl::string_view salt(reinterpret_cast<const char*>(random.Reveal().data()), kSaltSize);
  BL_RETURN_IF_ERROR(file->Append(salt));
  auto writer = absl::WrapUnique(new StageWriter(std::move(file), key.Digest(salt)));
  writer->bytes_ = kSaltSize;
  BL_RETURN_IF_ERROR(writer->WriteBlock(origin));
  return writer;
}

absl::Status StageWriter::WriteBlock(absl::string_view text) {
  std::string block;
  AppendText32(sealer_.Seal(blocks_++, text), &block);
  bytes_ += block.size();
  return file_->Append(block);
}

absl::Status StageWriter::Add(absl::string_view entry) {
  AppendText32(entry, &entries_);
  if (entries_.size() < kBlockBytes) return absl::OkStatus();
  BL_RETURN_IF_ERROR(WriteBlock(entries_));
  entries_.clear();
  return absl::OkStatus();
}

absl::Status StageWriter::Finish(absl::string_view summary) {
  if (!entries_.empty()) BL_RETURN_IF_ERROR(WriteBlock(entries_));
  std::string last;
  AppendNumber64(bytes_, &last);
  AppendNumber64(blocks_, &last);
  BL_RETURN_IF_ERROR(WriteBlock(summary));
  BL_RETURN_IF_ERROR(file_->Append(last));
  return file_->Finish();
}

absl::StatusOr<std::unique_ptr<StageReader>> StageReader::Open(const std::filesystem::path& path,
                                                               const HmacSha256& key) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, O_RDONLY));
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error) return ErrnoStatus(error.value(), "read", path);
  std::string salt(kSaltSize, '\0');
  BL_RETURN_IF_ERROR(ReadAt(fd.get(), 0, salt.data(), salt.size(), path));
  auto reader = absl::WrapUnique(new StageReader(path, std::move(fd), key.Digest(salt)));
  BL_RETURN_IF_ERROR(reader->ReadEnds(size));
  return reader;
}

// The origin and the summary; leaves the reader before the first entry.
absl::Status StageReader::ReadEnds(uint64_t size) {
  if (size < kSaltSize + kFooterSize) return Damaged();
  uint8_t footer[kFooterSize];
  BL_RETURN_IF_ERROR(ReadAt(fd_.get(), size - kFooterSize, footer, kFooterSize, path_));
  end_ = size - kFooterSize;
  offset_ = LoadBigEndian64(footer);
  blocks_ = last_block_ = LoadBigEndian64(footer + sizeof(uint64_t));
  const uint64_t summary_begins = offset_;
  BL_ASSIGN_OR_RETURN(summary_, ReadBlock());
  offset_ = kSaltSize;
  blocks_ = 0;
  end_ = summary_begins;
  BL_ASSIGN_OR_RETURN(origin_, ReadBlock());
  return absl::OkStatus();
}

absl::Status StageReader::Damaged() const {
  return absl::DataLossError(absl::StrCat(path_.string(), " is damaged: remove ",
                                          path_.parent_path().string(), " and begin anew"));
}

absl::StatusOr<std::string> StageReader::ReadBlock() {
  uint8_t head[sizeof(uint32_t)];
  if (offset_ > end_ || end_ - offset_ < sizeof(head)) return Damaged();
  BL_RETURN_IF_ERROR(ReadAt(fd_.get(), offset_, head, sizeof(head), path_));
  offset_ += sizeof(head);
  const uint32_t size = LoadBigEndian32(head);
  if (end_ - offset_ < size) return Damaged();
  std::string sealed(size, '\0');
  BL_RETURN_IF_ERROR(ReadAt(fd_.get(), offset_, sealed.data(), sealed.size(), path_));
  offset_ += size;
  std::optional<std::string> text = sealer_.Open(blocks_++, sealed);
  if (!text.has_value()) return Damaged();
  return *std::move(text);
}

absl::StatusOr<std::optional<absl::string_view>> StageReader::Next() {
  if (rest_.empty()) {
    if (blocks_ == last_block_) return std::optional<absl::string_view>();
    BL_ASSIGN_OR_RETURN(block_, ReadBlock());
    rest_ = block_;
  }
  const uint32_t size = LoadBigEndian32(reinterpret_cast<const uint8_t*>(rest_.data()));
  const absl::string_view entry = rest_.substr(sizeof(size), size);
  rest_.remove_prefix(sizeof(size) + size);
  return std::optional<absl::string_view>(entry);
}

double StageReader::ShareRead() const {
  return end_ == 0 ? 1 : static_cast<double>(offset_) / static_cast<double>(end_);
}

}  // namespace blindlink::agent
