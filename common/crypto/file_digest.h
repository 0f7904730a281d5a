#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// SHA-256 of a file's bytes, read piece by piece. `read` is told the size of each piece; an error
// of it ends the reading. Errors as in common/base/fd.h.
absl::StatusOr<Sha256Digest> DigestOfFile(
    const std::filesystem::path& path,
    const std::function<absl::Status(uint64_t bytes)>& read = nullptr);

}  // namespace blindlink
