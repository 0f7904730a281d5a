#include "common/base/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink {

absl::StatusOr<std::string> ReadTrustedFile(const std::filesystem::path& path) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "stat", path);
  if ((info.st_mode & S_IWOTH) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path.string(), " can be written by every user of this machine: run  chmod o-w ",
        path.string(), "  and check its content"));
  }
  return ReadAll(fd.get(), path);
}

}  // namespace blindlink
