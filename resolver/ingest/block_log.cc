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

namespace blindlink {
namespace {

// Far above what the resolver accepts as one message.
constexpr uint32_t kMaxBlockBytes = uint32_t{64} << 20;

// Reads one block at the position of `file`. False at the end and, with `*damaged` set, where no
// whole, sound block stands.
bool ReadBlock(FILE* file, std::string* buffer, v1::TokenBlock* block, bool* damaged) {
  uint8_t head[4];
  const size_t got = fread(head, 1, sizeof(head), file);
  *damaged = got != 0;
  if (got != sizeof(head)) return false;
  const uint32_t size = LoadBigEndian32(head);
  if (size > kMaxBlockBytes) return false;
  buffer->resize(size);
  if (fread(buffer->data(), 1, size, file) != size) return false;
  if (!block->ParseFromString(*buffer) || ChecksumOf(*block) != block->crc32()) return false;
  *damaged = false;
  return true;
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
  while (ReadBlock(file, &buffer, &block, &damaged)) {
    BL_RETURN_IF_ERROR(visit(block));
    log->size_ += 4 + buffer.size();
  }
  if (ftruncate(fd, static_cast<off_t>(log->size_)) != 0) return ErrnoStatus(errno, "cut", path);
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
      return ErrnoStatus(errno, "take back a half-written block of", file_);
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
                        const std::function<absl::Status(v1::TokenBlock& block)>& visit) {
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) return ErrnoStatus(errno, "read", path);
  const absl::Cleanup closer = [file] { fclose(file); };
  std::string buffer;
  v1::TokenBlock block;
  bool damaged = false;
  while (ReadBlock(file, &buffer, &block, &damaged)) BL_RETURN_IF_ERROR(visit(block));
  if (damaged) {
    return absl::DataLossError(absl::StrCat(path.string(),
                                            " is damaged: discard the upload and "
                                            "have the site send it again"));
  }
  return absl::OkStatus();
}

}  // namespace blindlink
