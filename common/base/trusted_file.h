#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace blindlink {

// Reads a file that decides whom this program trusts. FAILED_PRECONDITION, with the chmod that
// fixes it, if every user of the machine may write to it. Otherwise the errors of ReadFile.
absl::StatusOr<std::string> ReadTrustedFile(const std::filesystem::path& path);

}  // namespace blindlink
