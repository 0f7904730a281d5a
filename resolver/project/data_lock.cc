#include "resolver/project/data_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

absl::Status CheckOnlyOursToWrite(const std::filesystem::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return ErrnoStatus(errno, "examine", folder);
  const bool is_ours = info.st_uid == geteuid() || info.st_uid == 0;
  if (is_ours && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("other users may write to ", folder.string(),
                   ": it must belong to the resolver's user; run  chmod 700 ", folder.string()));
}

}  // namespace

absl::StatusOr<UniqueFd> LockDataDirectory(const std::filesystem::path& data_directory) {
  BL_RETURN_IF_ERROR(CheckOnlyOursToWrite(data_directory));
  const std::filesystem::path lock_file = data_directory / "lock";
  BL_ASSIGN_OR_RETURN(UniqueFd lock,
                      OpenFd(lock_file, O_RDWR | O_CREAT | O_NOFOLLOW, /*mode=*/0600));
  if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return absl::FailedPreconditionError(
      absl::StrCat("another resolver is using ", data_directory.string()));
}

}  // namespace blindlink::resolver
