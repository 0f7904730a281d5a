#include "tests/support/process_memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"

namespace blindlink {
namespace {

// A part of a process's memory.
struct Region {
  uint64_t begin;
  uint64_t end;
  std::string line;  // as /proc says it
};

// All that the process may write to.
std::vector<Region> WritableRegionsOf(pid_t pid) {
  std::ifstream maps(absl::StrCat("/proc/", pid, "/maps"));
  std::vector<Region> regions;
  for (std::string line; std::getline(maps, line);) {
    Region region{0, 0, line};
    char writable = 0;
    const int read = sscanf(line.c_str(), "%lx-%lx %*c%c", &region.begin, &region.end, &writable);
    EXPECT_EQ(read, 3) << line;
#if defined(BLINDLINK_ADDRESS_SANITIZER)
    // The sanitizer's own notes about memory: terabytes, none of them the program's.
    if (region.end - region.begin >= uint64_t{1} << 40) continue;
#endif
    if (writable == 'w') regions.push_back(std::move(region));
  }
  return regions;
}

}  // namespace

std::string MemoryOf(pid_t pid) {
  EXPECT_EQ(kill(pid, SIGSTOP), 0);
  const std::string status = absl::StrCat("/proc/", pid, "/status");
  while (!absl::StrContains(*ReadFile(status), "T (stopped)")) usleep(1000);
  const UniqueFd memory = *OpenFd(absl::StrCat("/proc/", pid, "/mem"), O_RDONLY);
  std::string all;
  std::string part(size_t{1} << 20, '\0');
  const std::string zeros(part.size(), '\0');
  uint64_t bytes_read = 0;
  uint64_t bytes_there = 0;
  for (const Region& region : WritableRegionsOf(pid)) {
    bytes_there += region.end - region.begin;
    for (uint64_t at = region.begin; at < region.end;) {
      const size_t wanted = std::min<uint64_t>(part.size(), region.end - at);
      const ssize_t n = pread(memory.get(), part.data(), wanted, static_cast<off_t>(at));
      if (n <= 0) {
        ADD_FAILURE() << "cannot read " << region.line << " from " << at - region.begin << ": "
                      << strerror(errno);
        break;
      }
      const size_t size = static_cast<size_t>(n);
      if (part.compare(0, size, zeros, 0, size) != 0) all.append(part, 0, size);
      bytes_read += size;
      at += size;
    }
  }
  EXPECT_EQ(kill(pid, SIGCONT), 0);
  EXPECT_EQ(bytes_read, bytes_there);
  EXPECT_GT(bytes_there, uint64_t{1} << 20);
  return all;
}

}  // namespace blindlink
