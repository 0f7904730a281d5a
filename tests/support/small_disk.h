#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/subprocess.h"

namespace blindlink {

// A small file system in memory; needs root.
class SmallDisk {
 public:
  SmallDisk(const std::filesystem::path& folder, const std::string& size) : folder_(folder) {
    std::filesystem::create_directories(folder);
    mounted_ = Mount("size=" + size + ",mode=700");
  }
  ~SmallDisk() {
    if (mounted_) Run({"umount", folder_});
  }
  bool mounted() const { return mounted_; }
  void Grow() { EXPECT_TRUE(Mount("remount,size=400m")); }
  // Fills all free space but `left` bytes until GiveBack().
  void TakeTheRest(uintmax_t left = 0) const {
    const auto free = std::filesystem::space(folder_).available - left;
    EXPECT_EQ(Run({"fallocate", "-l", absl::StrCat(free), folder_ / "rest"}).code, 0);
  }
  void GiveBack() const { std::filesystem::remove(folder_ / "rest"); }

 private:
  bool Mount(const std::string& options) {
    return Run({"mount", "-t", "tmpfs", "-o", options, "tmpfs", folder_}).code == 0;
  }
  const std::filesystem::path folder_;
  bool mounted_ = false;
};

}  // namespace blindlink
