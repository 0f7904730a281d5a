#include "tests/support/small_disk.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/subprocess.h"

namespace blindlink {

SmallDisk::SmallDisk(const std::filesystem::path& folder, const std::string& size)
    : folder_(folder) {
  std::filesystem::create_directories(folder);
  mounted_ = Mount("size=" + size + ",mode=700");
}

SmallDisk::~SmallDisk() {
  if (mounted_) Run({"umount", folder_});
}

void SmallDisk::Grow() { EXPECT_TRUE(Mount("remount,size=400m")); }

void SmallDisk::TakeTheRest(uintmax_t left) const {
  const auto free = std::filesystem::space(folder_).available - left;
  EXPECT_EQ(Run({"fallocate", "-l", absl::StrCat(free), folder_ / "rest"}).code, 0);
}

void SmallDisk::GiveBack() const { std::filesystem::remove(folder_ / "rest"); }

bool SmallDisk::Mount(const std::string& options) {
  return Run({"mount", "-t", "tmpfs", "-o", options, "tmpfs", folder_}).code == 0;
}

}  // namespace blindlink
