#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// SHA-256 of a file's bytes, read piece by piece. Errors as in common/base/fd.h.
absl::StatusOr<Sha256Digest> DigestOfFile(const std::filesystem::path& path);

}  // namespace blindlink
