#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace blindlink {

// A small file system in memory at a folder, which it makes; needs root. It is gone with the
// object.
class SmallDisk {
 public:
  // `size` as of mount(8): "64m".
  SmallDisk(const std::filesystem::path& folder, const std::string& size);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  // To 400 MiB.
  void Grow();
  // Fills all free space but `left` bytes until GiveBack().
  void TakeTheRest(uintmax_t left = 0) const;
  void GiveBack() const;

 private:
  bool Mount(const std::string& options);

  const std::filesystem::path folder_;
  bool mounted_ = false;
};

}  // namespace blindlink
