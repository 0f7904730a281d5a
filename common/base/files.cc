#include "common/base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "common/base/unfinished_files.h"

namespace blindlink {
namespace {

constexpr off_t kMaxPrivateFileBytes = off_t{1} << 20;

std::filesystem::path FolderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// Whether systemd made the file for this service: root's, in the service's own folder. The bits of
// the group are then the mask of an access list that names the service's user.
bool IsCredential(const std::filesystem::path& path, const struct stat& info) {
  const char* const folder = getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && path.parent_path() == std::filesystem::path(folder) &&
         info.st_uid == 0 && (info.st_mode & 037) == 0;
}

// FAILED_PRECONDITION if others may read the file or it is another's.
absl::Status CheckPrivate(const std::filesystem::path& path, const struct stat& info) {
  if (IsCredential(path, info)) return absl::OkStatus();
  if (info.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " belongs to another user: a secret must be this user's own"));
  }
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path.string(), " can be read by others: run  chmod 600 ", path.string(),
                   "  and consider whether anybody has read it"));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  return ReadAll(fd.get(), path);
}

absl::Status WriteNewFile(const std::filesystem::path& path, absl::string_view content, int mode) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_WRONLY | O_CREAT | O_EXCL, mode));
  absl::Status written = WriteAll(fd.get(), content, path);
  if (written.ok() && fsync(fd.get()) != 0) written = ErrnoStatus(errno, "sync", path);
  if (!written.ok()) {
    unlink(path.c_str());
    return written;
  }
  return SyncFolder(FolderOf(path));
}

absl::Status WriteFileAtomically(const std::filesystem::path& path, absl::string_view content,
                                 int mode) {
  const std::filesystem::path temporary =
      absl::StrCat(path.string(), ".", getpid(), kUnfinishedSuffix);
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
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY | O_NONBLOCK));
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path.string(), " is not a regular file"));
  }
  if (info.st_size > kMaxPrivateFileBytes) {
    return absl::FailedPreconditionError(
        absl::StrCat(path.string(), " is too large for a file that holds a secret"));
  }
  BL_RETURN_IF_ERROR(CheckPrivate(path, info));
  // Read into its final place: no copy of the secret is left elsewhere in memory.
  std::string content(static_cast<size_t>(info.st_size), '\0');
  absl::Status read = ReadAt(fd.get(), 0, content.data(), content.size(), path);
  if (read.ok()) return content;
  WipeMemory(content.data(), content.size());
  return read;
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
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  if (fdatasync(fd.get()) != 0) return ErrnoStatus(errno, "sync", path);
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::filesystem::path& folder) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(folder, O_RDONLY | O_DIRECTORY));
  if (fsync(fd.get()) != 0) return ErrnoStatus(errno, "sync folder", folder);
  return absl::OkStatus();
}

}  // namespace blindlink
