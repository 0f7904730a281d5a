#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// The file `lock` in the data directory, which the one process that uses it holds.

inline constexpr char kLockFile[] = "lock";

// Locks the data directory for this process, until the descriptor is closed, and notes in the file
// which process it is. FAILED_PRECONDITION if another process has it, or if other users may write
// to the directory.
absl::StatusOr<UniqueFd> LockData(const std::filesystem::path& data_directory);

// The process that has the data directory locked; nothing if none has. FAILED_PRECONDITION, saying
// what to do, if there is one but this process cannot tell which: it is of an earlier release, or
// in another container. The answer may be out of date as soon as it is there.
absl::StatusOr<std::optional<pid_t>> HolderOfData(const std::filesystem::path& data_directory);

}  // namespace blindlink::resolver
