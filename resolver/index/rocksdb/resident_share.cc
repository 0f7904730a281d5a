#include "resolver/index/rocksdb/resident_share.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace blindlink::resolver {
namespace {

constexpr uint64_t kSamples = 256;
constexpr uint64_t kWindow = uint64_t{64} << 10;  // bytes of one sample

struct Pages {
  uint64_t looked_at = 0;
  uint64_t resident = 0;
};

// Looks at the pages of a window that begins at `offset`, a multiple of kWindow.
void LookAt(const std::filesystem::path& file, uint64_t offset, uint64_t size, Pages* pages) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  const size_t length = std::min(kWindow, size - offset);
  void* const at =
      mmap(nullptr, length, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(offset));
  close(descriptor);
  if (at == MAP_FAILED) return;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> resident((length + page - 1) / page);
  if (mincore(at, length, resident.data()) == 0) {
    pages->looked_at += resident.size();
    pages->resident += static_cast<uint64_t>(
        std::count_if(resident.begin(), resident.end(), [](unsigned char in) { return in & 1; }));
  }
  munmap(at, length);
}

}  // namespace

double ResidentShare(const std::vector<std::filesystem::path>& files) {
  std::vector<uint64_t> sizes;
  uint64_t all = 0;
  for (const std::filesystem::path& file : files) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(file, error);
    all += sizes.emplace_back(error ? 0 : size);
  }
  const uint64_t step = std::max(all / kSamples, kWindow);
  Pages pages;
  uint64_t begin = 0;  // of this file, among the bytes of all
  uint64_t next = 0;   // where the next sample is
  for (size_t i = 0; i < files.size(); begin += sizes[i], ++i) {
    for (; next < begin + sizes[i]; next += step) {
      LookAt(files[i], (next - begin) / kWindow * kWindow, sizes[i], &pages);
    }
  }
  if (pages.looked_at == 0) return 0;
  return static_cast<double>(pages.resident) / static_cast<double>(pages.looked_at);
}

}  // namespace blindlink::resolver
