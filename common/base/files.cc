#include "common/base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

absl::Status WriteAll(int fd, absl::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "write", path);
    }
    content.remove_prefix(static_cast<size_t>(n));
  }
  if (fsync(fd) != 0) return ErrnoStatus(errno, "sync", path);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadAll(int fd, const std::filesystem::path& path) {
  std::string content;
  char buffer[1 << 16];
  while (true) {
    const ssize_t n = read(fd, buffer, sizeof(buffer));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read", path);
    if (n == 0) return content;
    content.append(buffer, static_cast<size_t>(n));
  }
}

std::filesystem::path FolderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

absl::Status ErrnoStatus(int error, absl::string_view doing, const std::filesystem::path& path) {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      code = absl::StatusCode::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = absl::StatusCode::kPermissionDenied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      code = absl::StatusCode::kResourceExhausted;
      break;
    case EEXIST:
      code = absl::StatusCode::kAlreadyExists;
      break;
    default:
      break;
  }
  return absl::Status(code,
                      absl::StrCat("cannot ", doing, " ", path.string(), ": ", strerror(error)));
}

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  const absl::Cleanup closer = [fd] { close(fd); };
  return ReadAll(fd, path);
}

absl::Status WriteNewFile(const std::filesystem::path& path, absl::string_view content, int mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return ErrnoStatus(errno, "create", path);
  const absl::Cleanup closer = [fd] { close(fd); };
  if (absl::Status written = WriteAll(fd, content, path); !written.ok()) {
    unlink(path.c_str());
    return written;
  }
  return SyncFolder(FolderOf(path));
}

absl::Status WriteFileAtomically(const std::filesystem::path& path, absl::string_view content,
                                 int mode) {
  const std::filesystem::path temporary = absl::StrCat(path.string(), ".", getpid(), ".partial");
  unlink(temporary.c_str());
  BL_RETURN_IF_ERROR(WriteNewFile(temporary, content, mode));
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    return ErrnoStatus(error, "replace", path);
  }
  return SyncFolder(FolderOf(path));
}

absl::StatusOr<std::string> ReadPrivateFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  const absl::Cleanup closer = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0) return ErrnoStatus(errno, "stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path.string(), " is not a regular file"));
  }
  if (info.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " belongs to another user: a secret must be this user's own"));
  }
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " can be read by others: run  chmod 600 ", path.string(),
                     "  and consider whether somebody has read it"));
  }
  return ReadAll(fd, path);
}

absl::Status MakePrivateFolder(const std::filesystem::path& path) {
  if (path.empty()) return absl::OkStatus();
  struct stat info;
  if (stat(path.c_str(), &info) == 0) {
    return S_ISDIR(info.st_mode) ? absl::OkStatus() : ErrnoStatus(ENOTDIR, "make folder", path);
  }
  BL_RETURN_IF_ERROR(MakePrivateFolder(path.parent_path()));
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return ErrnoStatus(errno, "make folder", path);
  }
  return SyncFolder(FolderOf(path));
}

absl::Status SyncFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  const absl::Cleanup closer = [fd] { close(fd); };
  if (fdatasync(fd) != 0) return ErrnoStatus(errno, "sync", path);
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, "open folder", folder);
  const absl::Cleanup closer = [fd] { close(fd); };
  if (fsync(fd) != 0) return ErrnoStatus(errno, "sync folder", folder);
  return absl::OkStatus();
}

}  // namespace blindlink
