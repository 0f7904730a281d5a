#include "resolver/ingest/block_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/tokens/token_block.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kHeadBytes = 4;  // a block's size, before it
// Far above what the resolver accepts as one message.
constexpr uint32_t kMaxBlockBytes = uint32_t{64} << 20;

// Walks over the serialized blocks of a file.
class BlockWalk {
 public:
  static absl::StatusOr<BlockWalk> Begin(int fd, const std::filesystem::path& file) {
    struct stat status {};
    if (fstat(fd, &status) != 0) return ErrnoStatus(errno, "read", file);
    return BlockWalk(fd, file, static_cast<uint64_t>(status.st_size));
  }

  // The next block's bytes. False where no whole block follows.
  absl::StatusOr<bool> Next(std::string* serialized) {
    uint8_t head[kHeadBytes];
    if (file_size_ - offset_ < kHeadBytes) return false;
    BL_RETURN_IF_ERROR(ReadAt(fd_, offset_, head, kHeadBytes, file_));
    const uint32_t size = LoadBigEndian32(head);
    if (size > kMaxBlockBytes || file_size_ - offset_ - kHeadBytes < size) return false;
    serialized->resize(size);
    BL_RETURN_IF_ERROR(ReadAt(fd_, offset_ + kHeadBytes, serialized->data(), size, file_));
    offset_ += kHeadBytes + size;
    return true;
  }

  // Whether Next has returned the whole file.
  bool AtEnd() const { return offset_ == file_size_; }

 private:
  BlockWalk(int fd, std::filesystem::path file, uint64_t file_size)
      : fd_(fd), file_(std::move(file)), file_size_(file_size) {}

  int fd_;
  std::filesystem::path file_;
  uint64_t file_size_;
  uint64_t offset_ = 0;
};

bool ParseSound(absl::string_view serialized, v1::TokenBlock* block) {
  return block->ParseFromArray(serialized.data(), static_cast<int>(serialized.size())) &&
         ChecksumOf(*block) == block->crc32();
}

absl::Status IsDamaged(const std::filesystem::path& file) {
  return absl::DataLossError(absl::StrCat(
      file.string(), " is damaged: discard the upload and have the site send it again"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlockLog>> BlockLog::Open(const std::filesystem::path& path,
                                                         const Visit& visit) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, O_RDWR | O_CREAT | O_NOFOLLOW, /*mode=*/0600));
  std::unique_ptr<BlockLog> log(new BlockLog(std::move(fd), path));
  BL_ASSIGN_OR_RETURN(BlockWalk walk, BlockWalk::Begin(log->fd_.get(), path));
  std::string buffer;
  v1::TokenBlock block;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool whole, walk.Next(&buffer));
    if (!whole || !ParseSound(buffer, &block)) break;
    const absl::Status visited = visit(block);
    if (absl::IsAborted(visited)) break;
    BL_RETURN_IF_ERROR(visited);
    log->size_ += kHeadBytes + buffer.size();
  }
  BL_RETURN_IF_ERROR(log->CutToSize("cut"));
  return log;
}

absl::Status BlockLog::CutToSize(absl::string_view doing) {
  if (ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0 || lseek(fd_.get(), 0, SEEK_END) < 0) {
    return ErrnoStatus(errno, doing, file_);
  }
  cut_pending_ = false;
  return absl::OkStatus();
}

absl::Status BlockLog::Append(const v1::TokenBlock& block) {
  constexpr absl::string_view kTakeBack = "take back a half-written block of";
  if (cut_pending_) BL_RETURN_IF_ERROR(CutToSize(kTakeBack));
  std::string bytes(kHeadBytes, '\0');
  if (!block.AppendToString(&bytes)) return absl::InternalError("a block cannot be serialized");
  StoreBigEndian32(static_cast<uint32_t>(bytes.size() - kHeadBytes),
                   reinterpret_cast<uint8_t*>(bytes.data()));
  if (absl::Status written = WriteAll(fd_.get(), bytes, file_); !written.ok()) {
    cut_pending_ = true;
    BL_RETURN_IF_ERROR(CutToSize(kTakeBack));
    return written;
  }
  size_ += bytes.size();
  return absl::OkStatus();
}

absl::Status BlockLog::Sync() {
  if (cut_pending_) BL_RETURN_IF_ERROR(CutToSize("take back a half-written block of"));
  if (fdatasync(fd_.get()) != 0) return ErrnoStatus(errno, "write to disk", file_);
  return absl::OkStatus();
}

absl::Status ReadBlocks(const std::filesystem::path& path,
                        const std::function<absl::Status(std::string& serialized)>& visit) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  BL_ASSIGN_OR_RETURN(BlockWalk walk, BlockWalk::Begin(fd.get(), path));
  std::string serialized;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool whole, walk.Next(&serialized));
    if (!whole) return walk.AtEnd() ? absl::OkStatus() : IsDamaged(path);
    BL_RETURN_IF_ERROR(visit(serialized));
  }
}

absl::StatusOr<v1::TokenBlock> ParseBlock(absl::string_view serialized,
                                          const std::filesystem::path& file) {
  v1::TokenBlock block;
  if (!ParseSound(serialized, &block)) return IsDamaged(file);
  return block;
}

}  // namespace blindlink::resolver
