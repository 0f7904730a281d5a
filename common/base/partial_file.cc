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
  BL_ASSIGN_OR_RETURN(file->fd_,
                      OpenFd(file->partial_path_, O_WRONLY | O_CREAT | O_EXCL, /*mode=*/0600));
  file->pending_.reserve(kBufferSize);
  return file;
}

PartialFile::~PartialFile() {
  if (fd_.is_open()) unlink(partial_path_.c_str());
}

absl::Status PartialFile::Append(absl::string_view bytes) {
  BL_RETURN_IF_ERROR(status_);
  if (pending_.size() + bytes.size() > kBufferSize) {
    status_ = WriteAll(fd_.get(), pending_, partial_path_);
    pending_.clear();
    if (status_.ok() && bytes.size() > kBufferSize) {
      return status_ = WriteAll(fd_.get(), bytes, partial_path_);
    }
  }
  if (status_.ok()) pending_.append(bytes.data(), bytes.size());
  return status_;
}

absl::Status PartialFile::Finish() {
  BL_RETURN_IF_ERROR(status_);
  BL_RETURN_IF_ERROR(status_ = WriteAll(fd_.get(), pending_, partial_path_));
  if (fsync(fd_.get()) != 0) return status_ = ErrnoStatus(errno, "sync", partial_path_);
  if (rename(partial_path_.c_str(), path_.c_str()) != 0) {
    return status_ = ErrnoStatus(errno, "replace", path_);
  }
  fd_.Reset();
  return SyncFolder(path_.has_parent_path() ? path_.parent_path() : ".");
}

}  // namespace blindlink
