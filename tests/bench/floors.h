#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"

namespace blindlink {

// The part of a stage that no implementation can avoid, measured on one core: the hash of each
// token, the bytes through TLS, and the sorting, writing and reading of the postings.

// Seconds that `work` takes: the shortest of three runs, because other processes can only add time.
double ShortestSeconds(const std::function<void()>& work);

// Seconds per token: HMAC-SHA-256 of a 40-byte message under a prepared key.
double HashFloor();

// Seconds per 32-byte posting.
struct StoreFloors {
  double sort_seconds;   // std::sort
  double write_seconds;  // SstFileWriter, sorted 26-byte keys, uncompressed
  double scan_seconds;   // RocksDB, from the first key to the last, after ingesting the file
};
absl::StatusOr<StoreFloors> MeasureStoreFloors(const std::filesystem::path& folder);

// Seconds per byte through a gRPC client stream over mutual TLS 1.3, in messages of 64 KiB, with
// both ends in this process, on two cores. RequireTls13Only must have succeeded.
absl::StatusOr<double> StreamFloor();

}  // namespace blindlink
