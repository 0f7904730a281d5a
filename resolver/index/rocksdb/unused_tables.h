#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::resolver {

// The folder of an index in which RocksDB itself keeps its files.
inline constexpr char kRocksDbFolder[] = "db";

// Opens a copy of an index's RocksDB folder for reading only and returns the sorted files in it
// that do not belong to the index: those that were being written when the copy was made. The folder
// stays as it is. DATA_LOSS if a file that belongs to the index is missing, too short or damaged at
// its end. No process may have the copy open.
absl::StatusOr<std::vector<std::filesystem::path>> UnusedTables(
    const std::filesystem::path& rocksdb_folder);

}  // namespace blindlink::resolver
