#include "resolver/storage/backup_staging.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

bool IsTheFolder(int fd, const std::filesystem::path& folder) {
  struct stat opened {};
  struct stat named {};
  return fstat(fd, &opened) == 0 && stat(folder.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

absl::Status Clear(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::error_code failed;
    std::filesystem::remove(entry.path(), failed);
    if (failed) return ErrnoStatus(failed.value(), "remove", entry.path());
  }
  return error ? ErrnoStatus(error.value(), "read", folder) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<BackupStaging>> BackupStaging::Begin(
    const std::filesystem::path& data_directory) {
  const std::filesystem::path folder = data_directory / kStagingFolder;
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_ASSIGN_OR_RETURN(UniqueFd lock, OpenFd(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  // Another backup may have ended, and removed its folder, since it was opened here.
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || !IsTheFolder(lock.get(), folder)) {
    return absl::FailedPreconditionError(absl::StrCat("another backup of ", data_directory.string(),
                                                      " is in progress: wait for its end"));
  }
  BL_RETURN_IF_ERROR(Clear(folder));
  return std::unique_ptr<BackupStaging>(new BackupStaging(folder, std::move(lock)));
}

BackupStaging::~BackupStaging() {
  std::error_code ignored;  // the next backup, or start of the resolver, tries again
  std::filesystem::remove_all(folder_, ignored);
}

void RemoveAbandonedStaging(const std::filesystem::path& data_directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(data_directory / kStagingFolder, ignored)) return;
  BackupStaging::Begin(data_directory).IgnoreError();  // its end removes the folder
}

}  // namespace blindlink::resolver
