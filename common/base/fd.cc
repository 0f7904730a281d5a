#include "common/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

// Calls `function` until no signal interrupts it.
template <typename Function>
auto Uninterrupted(const Function& function) {
  while (true) {
    const auto result = function();
    if (result >= 0 || errno != EINTR) return result;
  }
}

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::StatusCode::kResourceExhausted;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    default:
      return absl::StatusCode::kUnknown;
  }
}

}  // namespace

void UniqueFd::Reset(int fd) {
  // Not retried: Linux has closed the descriptor even when a signal interrupts the call.
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

absl::Status ErrnoStatus(int error, absl::string_view doing, const std::filesystem::path& path) {
  return absl::Status(CodeOf(error),
                      absl::StrCat("cannot ", doing, " ", path.string(), ": ", strerror(error)));
}

absl::StatusOr<UniqueFd> OpenFd(const std::filesystem::path& path, int flags, mode_t mode) {
  UniqueFd fd(Uninterrupted([&] { return open(path.c_str(), flags | O_CLOEXEC, mode); }));
  if (fd.is_open()) return fd;
  return ErrnoStatus(errno, (flags & (O_EXCL | O_TRUNC)) != 0 ? "create" : "open", path);
}

absl::StatusOr<UniqueFd> DuplicateFd(int fd, const std::filesystem::path& path) {
  UniqueFd duplicate(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!duplicate.is_open()) return ErrnoStatus(errno, "open", path);
  return duplicate;
}

absl::Status WriteAll(int fd, absl::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = Uninterrupted([&] { return write(fd, bytes.data(), bytes.size()); });
    if (n < 0) return ErrnoStatus(errno, "write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ReadSome(int fd, char* out, size_t size, const std::filesystem::path& path) {
  const ssize_t n = Uninterrupted([&] { return read(fd, out, size); });
  if (n < 0) return ErrnoStatus(errno, "read", path);
  return static_cast<size_t>(n);
}

absl::StatusOr<std::string> ReadAll(int fd, const std::filesystem::path& path) {
  constexpr size_t kStep = size_t{64} << 10;
  std::string content;
  while (true) {
    const size_t filled = content.size();
    content.resize(filled + kStep);
    BL_ASSIGN_OR_RETURN(const size_t n, ReadSome(fd, content.data() + filled, kStep, path));
    content.resize(filled + n);
    if (n == 0) return content;
  }
}

absl::Status ReadAt(int fd, uint64_t offset, void* out, size_t size,
                    const std::filesystem::path& path) {
  char* to = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t n =
        Uninterrupted([&] { return pread(fd, to, size, static_cast<off_t>(offset)); });
    if (n < 0) return ErrnoStatus(errno, "read", path);
    if (n == 0) return absl::DataLossError(absl::StrCat(path.string(), " ended too soon"));
    to += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

}  // namespace blindlink
