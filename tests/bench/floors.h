#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"

namespace blindlink {

// What no implementation of a stage can save, measured on one core: the hash of each token, the
// bytes through TLS, the sorting, writing and reading of the postings.

// Seconds that `work` takes, the shortest of three times: other processes on the
// machine only add.
double ShortestSeconds(const std::function<void()>& work);

// Seconds of one token: HMAC-SHA-256 of a message of 40 bytes under a prepared key.
double HashFloor();

// Seconds of one 32-byte posting.
struct StoreFloors {
  double sort_seconds;   // std::sort
  double write_seconds;  // SstFileWriter, sorted keys of 26 bytes, without compression
  double scan_seconds;   // RocksDB, from the first key to the last, after ingest of the file
};
absl::StatusOr<StoreFloors> MeasureStoreFloors(const std::filesystem::path& folder);

// Seconds of one byte through a gRPC client stream over mutual TLS 1.3, messages of 64 KiB, both
// ends in this process on its two cores. RequireTls13Only must have succeeded.
absl::StatusOr<double> StreamFloor();

}  // namespace blindlink
