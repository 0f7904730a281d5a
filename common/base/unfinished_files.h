#pragma once

#include <filesystem>

#include "absl/status/status.h"

namespace blindlink {

// WriteFileAtomically (files.h) writes to PATH.<process id><suffix> first.
inline constexpr char kUnfinishedSuffix[] = ".partial";

// Removes from `folder` and everything below it what processes left that were killed in
// WriteFileAtomically. Only for folders that no other process writes to. The error names the file
// that cannot be removed.
absl::Status RemoveUnfinishedFiles(const std::filesystem::path& folder);

}  // namespace blindlink
