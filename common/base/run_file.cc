#include "common/base/run_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"

namespace blindlink {

absl::StatusOr<std::unique_ptr<RunFile>> RunFile::Create(const std::filesystem::path& folder) {
  std::string name = (folder / "sort-XXXXXX").string();
  const int fd = mkstemp(name.data());  // mode 0600
  if (fd < 0) return ErrnoStatus(errno, "make a temporary file in", folder);
  unlink(name.c_str());
  return std::unique_ptr<RunFile>(new RunFile(fd, folder));
}

RunFile::~RunFile() { close(fd_); }

absl::Status RunFile::Append(const void* data, size_t size) {
  const char* from = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(fd_, from, size);
    if (n < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "write a temporary file in", folder_);
    }
    from += n;
    size -= static_cast<size_t>(n);
    size_ += static_cast<uint64_t>(n);
  }
  return absl::OkStatus();
}

absl::Status RunFile::ReadAt(uint64_t offset, void* data, size_t size) const {
  char* to = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n = pread(fd_, to, size, static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "read a temporary file in", folder_);
    }
    if (n == 0) {
      return absl::DataLossError(
          absl::StrCat("a temporary file in ", folder_.string(), " ended too soon"));
    }
    to += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

}  // namespace blindlink
