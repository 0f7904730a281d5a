#include "tests/support/full_disk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"

namespace blindlink {

FullDisk::FullDisk(const std::filesystem::path& state, std::filesystem::path folder)
    : state_(state), folder_(std::move(folder)) {
  const auto fd = OpenFd(state, O_RDWR | O_CREAT | O_EXCL);
  if (!fd.ok() || ftruncate(fd->get(), sizeof(Shared)) != 0) abort();
  void* map = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0);
  if (map == MAP_FAILED) abort();
  shared_ = static_cast<Shared*>(map);
  MakeRoom();
}

FullDisk::~FullDisk() { munmap(shared_, sizeof(Shared)); }

std::vector<std::string> FullDisk::Prefix() const {
  return {"env", absl::StrCat("LD_PRELOAD=", BLINDLINK_FULL_DISK_LIBRARY),
          "ASAN_OPTIONS=verify_asan_link_order=0",
          absl::StrCat("BLINDLINK_FULL_DISK_STATE=", state_.string()),
          absl::StrCat("BLINDLINK_FULL_DISK_FOLDER=", folder_.string())};
}

}  // namespace blindlink
