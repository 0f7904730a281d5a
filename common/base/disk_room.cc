#include "common/base/disk_room.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

std::string InWords(uint64_t bytes) {
  constexpr double kMib = 1 << 20;
  const double mib = static_cast<double>(bytes) / kMib;
  return mib < 10000 ? absl::StrFormat("%.0f MiB", mib) : absl::StrFormat("%.0f GiB", mib / 1024);
}

bool PunchHole(int fd, uint64_t bytes) {
  return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) ==
         0;
}

}  // namespace

absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& folder) {
  struct statvfs status {};
  if (statvfs(folder.c_str(), &status) != 0) return ErrnoStatus(errno, "examine", folder);
  return uint64_t{status.f_bavail} * status.f_frsize;
}

absl::Status CheckRoom(const std::filesystem::path& folder, uint64_t needed,
                       absl::string_view work) {
  BL_ASSIGN_OR_RETURN(const uint64_t free, FreeBytes(folder));
  if (free >= needed) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("No space left: ", work, " needs about ", InWords(needed), " of disk, ",
                   InWords(free), " are free at ", folder.string(), "; free some and try again"));
}

bool CanGiveBack(const std::filesystem::path& folder) {
  std::string name = (folder / "hole-XXXXXX").string();
  const UniqueFd fd(mkstemp(name.data()));
  if (!fd.is_open()) return false;
  unlink(name.c_str());
  constexpr off_t kBytes = 4096;
  return ftruncate(fd.get(), kBytes) == 0 && PunchHole(fd.get(), kBytes);
}

void GiveBackBeginning(const std::filesystem::path& file, uint64_t bytes) {
  const absl::StatusOr<UniqueFd> fd = OpenFd(file, O_RDWR);
  struct stat info {};
  if (fd.ok() && fstat(fd->get(), &info) == 0 && info.st_nlink == 1) PunchHole(fd->get(), bytes);
}

}  // namespace blindlink
