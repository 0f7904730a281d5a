#include "resolver/index/rocksdb/disk_speed.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <system_error>
#include <thread>
#include <utility>

#include "common/base/fd.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kLeastBytes = uint64_t{64} << 20;
constexpr size_t kMostFiles = 32;           // that are open besides those of the index
constexpr size_t kPage = size_t{16} << 10;  // of an index
constexpr size_t kPagesAThread = 8;
constexpr size_t kStretch = size_t{2} << 20;  // read in order
constexpr size_t kAlignment = 4096;           // of O_DIRECT

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

struct OpenFile {
  UniqueFd fd;
  uint64_t size = 0;
};

// The largest that hold at least a stretch.
std::vector<OpenFile> OpenLargeFiles(const std::vector<std::filesystem::path>& files) {
  std::vector<std::pair<uint64_t, const std::filesystem::path*>> by_size;
  for (const std::filesystem::path& file : files) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(file, error);
    if (!error && size >= 2 * kStretch) by_size.emplace_back(size, &file);
  }
  std::sort(by_size.rbegin(), by_size.rend());
  if (by_size.size() > kMostFiles) by_size.resize(kMostFiles);
  std::vector<OpenFile> open_files;
  for (const auto& [size, file] : by_size) {
    absl::StatusOr<UniqueFd> fd = OpenFd(*file, O_RDONLY | O_DIRECT);
    if (fd.ok()) open_files.push_back({*std::move(fd), size});
  }
  return open_files;
}

// Seconds that kReadsAtOnce threads take for so many reads each, at random places; nothing if one
// fails.
std::optional<double> TimeOf(const std::vector<OpenFile>& files, size_t bytes, size_t reads) {
  std::atomic<bool> failed = false;
  const auto began = std::chrono::steady_clock::now();
  const auto seed = static_cast<uint32_t>(began.time_since_epoch().count());
  const auto read = [&](size_t thread) {
    const std::unique_ptr<void, Free> buffer(std::aligned_alloc(kAlignment, bytes));
    std::minstd_rand random(seed + thread);
    for (size_t i = 0; i < reads && buffer != nullptr; ++i) {
      const OpenFile& file = files[random() % files.size()];
      const uint64_t places = (file.size - bytes) / kAlignment;
      const auto at = static_cast<off_t>(random() % places * kAlignment);
      if (pread(file.fd.get(), buffer.get(), bytes, at) < static_cast<ssize_t>(bytes))
        failed = true;
    }
    if (buffer == nullptr) failed = true;
  };
  std::vector<std::thread> threads;
  try {
    for (size_t thread = 0; thread < kReadsAtOnce; ++thread) threads.emplace_back(read, thread);
  } catch (const std::system_error&) {  // no more threads are allowed
    failed = true;
  }
  for (std::thread& thread : threads) thread.join();
  if (failed) return std::nullopt;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

std::optional<DiskSpeed> MeasureDisk(const std::vector<std::filesystem::path>& files) {
  const std::vector<OpenFile> large = OpenLargeFiles(files);
  uint64_t bytes = 0;
  for (const OpenFile& file : large) bytes += file.size;
  if (bytes < kLeastBytes) return std::nullopt;
  const std::optional<double> pages = TimeOf(large, kPage, kPagesAThread);
  const std::optional<double> stretches = TimeOf(large, kStretch, 1);
  if (!pages.has_value() || !stretches.has_value()) return std::nullopt;
  return DiskSpeed{*pages / (kReadsAtOnce * kPagesAThread), *stretches / (kReadsAtOnce * kStretch)};
}

double PostingsPerLookUp(const DiskSpeed& speed, uint64_t bytes, uint64_t postings) {
  const double seconds = speed.seconds_per_byte * static_cast<double>(bytes);
  const double look_ups = seconds / speed.seconds_per_page;  // that take as long as all of it
  return std::clamp(static_cast<double>(postings) / look_ups, kLeastPostingsPerLookUp,
                    kMostPostingsPerLookUp);
}

}  // namespace blindlink::resolver
