#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// Locks a resolver's data directory for this process, until the descriptor is closed.
// FAILED_PRECONDITION if another process has it, or if other users may write to it.
absl::StatusOr<UniqueFd> LockDataDirectory(const std::filesystem::path& data_directory);

}  // namespace blindlink::resolver
