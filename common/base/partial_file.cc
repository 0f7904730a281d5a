#include "common/base/partial_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kBufferSize = size_t{256} << 10;

}  // namespace

PartialFile::PartialFile(std::filesystem::path path)
    : path_(std::move(path)), partial_path_(path_.string() + ".partial") {}

absl::StatusOr<std::unique_ptr<PartialFile>> PartialFile::Create(std::filesystem::path path) {
  std::unique_ptr<PartialFile> file(new PartialFile(std::move(path)));
  unlink(file->partial_path_.c_str());
  file->fd_ = open(file->partial_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file->fd_ < 0) return ErrnoStatus(errno, "create", file->partial_path_);
  file->pending_.reserve(kBufferSize);
  return file;
}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(partial_path_.c_str());
}

absl::Status PartialFile::Append(absl::string_view bytes) {
  BL_RETURN_IF_ERROR(status_);
  if (pending_.size() + bytes.size() > kBufferSize) {
    status_ = WriteOut(pending_);
    pending_.clear();
    if (status_.ok() && bytes.size() > kBufferSize) return status_ = WriteOut(bytes);
  }
  if (status_.ok()) pending_.append(bytes.data(), bytes.size());
  return status_;
}

absl::Status PartialFile::WriteOut(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "write", partial_path_);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status PartialFile::Finish() {
  BL_RETURN_IF_ERROR(status_);
  BL_RETURN_IF_ERROR(status_ = WriteOut(pending_));
  if (fsync(fd_) != 0) return status_ = ErrnoStatus(errno, "sync", partial_path_);
  if (rename(partial_path_.c_str(), path_.c_str()) != 0) {
    return status_ = ErrnoStatus(errno, "replace", path_);
  }
  close(std::exchange(fd_, -1));
  return SyncFolder(path_.has_parent_path() ? path_.parent_path() : ".");
}

}  // namespace blindlink
