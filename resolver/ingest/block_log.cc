#include "resolver/ingest/block_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"

namespace blindlink::resolver {
namespace {

// Far above the largest message that the resolver accepts.
constexpr uint32_t kMaxBlockBytes = uint32_t{64} << 20;

// Reads the bytes of one block from the current position of `file`. False at the end of the file,
// and also, with `*damaged` set, if there is no complete block.
bool ReadSerialized(FILE* file, std::string* serialized, bool* damaged) {
  uint8_t head[4];
  const size_t got = fread(head, 1, sizeof(head), file);
  *damaged = got != 0;
  if (got != sizeof(head)) return false;
  const uint32_t size = LoadBigEndian32(head);
  if (size > kMaxBlockBytes) return false;
  serialized->resize(size);
  if (fread(serialized->data(), 1, size, file) != size) return false;
  *damaged = false;
  return true;
}

bool ParseSound(absl::string_view serialized, v1::TokenBlock* block) {
  return block->ParseFromArray(serialized.data(), static_cast<int>(serialized.size())) &&
         ChecksumOf(*block) == block->crc32();
}

absl::Status IsDamaged(const std::filesystem::path& file) {
  return absl::DataLossError(absl::StrCat(
      file.string(), " is damaged: discard the upload and have the site send it again"));
}

absl::Status WriteAll(int fd, absl::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "write", file);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlockLog>> BlockLog::Open(const std::filesystem::path& path,
                                                         const Visit& visit) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  std::unique_ptr<BlockLog> log(new BlockLog(fd, path));
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return ErrnoStatus(errno, "read", path);
  const absl::Cleanup closer = [file] { fclose(file); };
  std::string buffer;
  v1::TokenBlock block;
  bool damaged = false;
  while (ReadSerialized(file, &buffer, &damaged) && ParseSound(buffer, &block)) {
    const absl::Status visited = visit(block);
    if (absl::IsAborted(visited)) break;
    BL_RETURN_IF_ERROR(visited);
    log->size_ += 4 + buffer.size();
  }
  if (ftruncate(fd, static_cast<off_t>(log->size_)) != 0)
    return ErrnoStatus(errno, "truncate", path);
  if (lseek(fd, 0, SEEK_END) < 0) return ErrnoStatus(errno, "read", path);
  return log;
}

BlockLog::~BlockLog() { close(fd_); }

absl::Status BlockLog::Append(const v1::TokenBlock& block) {
  std::string bytes(4, '\0');
  if (!block.AppendToString(&bytes)) return absl::InternalError("a block cannot be serialized");
  StoreBigEndian32(static_cast<uint32_t>(bytes.size() - 4),
                   reinterpret_cast<uint8_t*>(bytes.data()));
  if (absl::Status written = WriteAll(fd_, bytes, file_); !written.ok()) {
    if (ftruncate(fd_, static_cast<off_t>(size_)) != 0 || lseek(fd_, 0, SEEK_END) < 0) {
      return ErrnoStatus(errno, "remove an incomplete block from", file_);
    }
    return written;
  }
  size_ += bytes.size();
  return absl::OkStatus();
}

absl::Status BlockLog::Sync() {
  if (fdatasync(fd_) != 0) return ErrnoStatus(errno, "write to disk", file_);
  return absl::OkStatus();
}

absl::Status ReadBlocks(const std::filesystem::path& path,
                        const std::function<absl::Status(std::string& serialized)>& visit) {
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return ErrnoStatus(errno, "read", path);
  const absl::Cleanup closer = [file] { fclose(file); };
  std::string serialized;
  bool damaged = false;
  while (ReadSerialized(file, &serialized, &damaged)) BL_RETURN_IF_ERROR(visit(serialized));
  return damaged ? IsDamaged(path) : absl::OkStatus();
}

absl::StatusOr<v1::TokenBlock> ParseBlock(absl::string_view serialized,
                                          const std::filesystem::path& file) {
  v1::TokenBlock block;
  if (!ParseSound(serialized, &block)) return IsDamaged(file);
  return block;
}

}  // namespace blindlink::resolver
