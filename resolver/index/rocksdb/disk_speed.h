#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace blindlink::resolver {

// As many reads at the same time are measured, and made where a disk is read.
inline constexpr size_t kReadsAtOnce = 16;

// How long the medium of an index takes, with kReadsAtOnce reads at the same time.
struct DiskSpeed {
  double seconds_per_page;  // of those that lie apart
  double seconds_per_byte;  // of those that are read in order
};

// Measures it by reading some 35 MiB of `files` past the kernel's memory (O_DIRECT): hundredths of
// a second on a solid-state disk, a second on one that rotates. Nothing if the files have less than
// 64 MiB, or the medium cannot be read like this. Thread-safe.
std::optional<DiskSpeed> MeasureDisk(const std::vector<std::filesystem::path>& files);

// Of so many postings in order, reading takes as long as looking up one token, in an index that has
// `postings` in `bytes`: from kLeastPostingsPerLookUp to kMostPostingsPerLookUp.
double PostingsPerLookUp(const DiskSpeed& speed, uint64_t bytes, uint64_t postings);
// However fast the medium is: in memory (docs/performance.md#look-ups).
inline constexpr double kLeastPostingsPerLookUp = 1024;
inline constexpr double kMostPostingsPerLookUp = 1 << 20;

}  // namespace blindlink::resolver
