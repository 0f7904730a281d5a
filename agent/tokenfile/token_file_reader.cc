#include "agent/tokenfile/token_file_reader.h"

#include <errno.h>
#include <sys/stat.h>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {

absl::StatusOr<std::unique_ptr<TokenFileReader>> TokenFileReader::Open(const std::string& path) {
  File file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) return ErrnoStatus(errno, "open", path);
  struct stat info;
  if (fstat(fileno(file.get()), &info) != 0) return ErrnoStatus(errno, "stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  }
  auto reader =
      absl::WrapUnique(new TokenFileReader(path, "", static_cast<uint64_t>(info.st_size)));
  reader->file_ = std::move(file);
  BL_RETURN_IF_ERROR(reader->ReadStart());
  return reader;
}

absl::StatusOr<std::unique_ptr<TokenFileReader>> TokenFileReader::OverBytes(std::string bytes) {
  const uint64_t size = bytes.size();
  if (size == 0) return absl::InvalidArgumentError("memory is no token file: it is empty");
  auto reader = absl::WrapUnique(new TokenFileReader("memory", std::move(bytes), size));
  reader->file_.reset(fmemopen(reader->bytes_.data(), reader->bytes_.size(), "rb"));
  if (reader->file_ == nullptr) return ErrnoStatus(errno, "open", "memory");
  BL_RETURN_IF_ERROR(reader->ReadStart());
  return reader;
}

absl::StatusOr<bool> TokenFileReader::Next(v1::TokenBlock* block) {
  if (ended_) return false;
  BL_ASSIGN_OR_RETURN(const SectionKind kind, ReadSection());
  switch (kind) {
    case SectionKind::kBlock:
      BL_RETURN_IF_ERROR(TakeBlock(block));
      return true;
    case SectionKind::kFooter:
      BL_RETURN_IF_ERROR(TakeFooter());
      ended_ = true;
      return false;
    default:
      return Damaged("has a second header");
  }
}

double TokenFileReader::ShareRead() const {
  return size_ == 0 ? 1 : static_cast<double>(position_) / static_cast<double>(size_);
}

absl::Status TokenFileReader::ReadStart() {
  uint8_t start[kTokenFileStartSize];
  const bool whole = std::fread(start, 1, sizeof(start), file_.get()) == sizeof(start);
  if (!whole && std::ferror(file_.get()) != 0) return ErrnoStatus(errno, "read", path_);
  const absl::string_view magic(reinterpret_cast<const char*>(start), kTokenFileMagic.size());
  if (!whole || magic != kTokenFileMagic) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, " is no token file: byte 0 is not the beginning of one"));
  }
  const uint32_t version = LoadBigEndian32(start + kTokenFileMagic.size());
  if (version != kTokenFileVersion) {
    return absl::InvalidArgumentError(absl::StrCat(
        path_, " has token file format ", version, " (byte 8), this agent reads format ",
        kTokenFileVersion, ": use the agent that made it, or tokenize again with this one"));
  }
  position_ = sizeof(start);
  BL_ASSIGN_OR_RETURN(const SectionKind kind, ReadSection());
  if (kind != SectionKind::kHeader || !header_.ParseFromString(content_)) {
    return Damaged("has no header where it belongs");
  }
  return absl::OkStatus();
}

absl::StatusOr<SectionKind> TokenFileReader::ReadSection() {
  section_position_ = position_;
  SectionHead head;
  BL_RETURN_IF_ERROR(ReadExactly(head.data(), head.size()));
  const auto kind = static_cast<SectionKind>(head[0]);
  if (kind != SectionKind::kHeader && kind != SectionKind::kBlock && kind != SectionKind::kFooter) {
    return Damaged("holds a section of an unknown kind");
  }
  const size_t size = LoadBigEndian32(head.data() + 1);
  if (size > MaxBytesOf(kind)) return Damaged("holds a section that is too long");
  content_.resize(size);
  BL_RETURN_IF_ERROR(ReadExactly(content_.data(), size));
  uint8_t checksum[kSectionTailSize];
  BL_RETURN_IF_ERROR(ReadExactly(checksum, sizeof(checksum)));
  if (LoadBigEndian32(checksum) != SectionChecksum(head, content_)) {
    return Damaged("does not fit its checksum");
  }
  return kind;
}

absl::Status TokenFileReader::ReadExactly(void* out, size_t size) {
  const size_t read = std::fread(out, 1, size, file_.get());
  position_ += read;
  if (read == size) return absl::OkStatus();
  if (std::ferror(file_.get()) != 0) return ErrnoStatus(errno, "read", path_);
  return absl::DataLossError(
      absl::StrCat(path_, " ends at byte ", position_, ", within the section that begins at byte ",
                   section_position_, ": it was cut off; copy it again, or tokenize again"));
}

absl::Status TokenFileReader::TakeBlock(v1::TokenBlock* block) {
  if (!block->ParseFromString(content_)) return Damaged("holds a malformed block");
  if (block->sequence() != chain_.next_sequence()) return Damaged("holds a block out of sequence");
  if (block->crc32() != ChecksumOf(*block)) return Damaged("holds a damaged block");
  chain_.Add(block->crc32());
  return absl::OkStatus();
}

absl::Status TokenFileReader::TakeFooter() {
  if (!footer_.ParseFromString(content_)) return Damaged("holds a malformed footer");
  if (footer_.block_count() != chain_.next_sequence() || footer_.chain() != chain_.value()) {
    return Damaged("has a footer that does not fit its blocks");
  }
  if (std::fgetc(file_.get()) != EOF) {
    section_position_ = position_;
    return Damaged("goes on behind its footer");
  }
  return absl::OkStatus();
}

absl::Status TokenFileReader::Damaged(absl::string_view what) const {
  return absl::DataLossError(absl::StrCat(path_, " ", what, " (byte ", section_position_,
                                          "): it is damaged; copy it again, or tokenize again"));
}

}  // namespace blindlink::agent
