#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "researcher/results/manifest.h"

namespace blindlink::researcher {

// SHA-256 of a file, hexadecimal. Adds its size to `bytes` piece by piece, and tells `read` the
// sum. Errors as common/base/files.h.
absl::StatusOr<std::string> DigestOfFile(const std::string& path, uint64_t* bytes,
                                         const std::function<void(uint64_t)>& read);

// Whether the file is the one that its manifest describes: INVALID_ARGUMENT, with what to do, if
// its SHA-256 is another. A manifest without one says nothing. Errors as DigestOfFile.
absl::Status CheckDigest(const std::string& path, const ResultManifest& manifest);

}  // namespace blindlink::researcher
