#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/key_file.h"
#include "common/oprf/oprf_key.h"

namespace blindlink::keyserver {

// A project's key at the key server. Its file (key_file.h), mode 0600, has the first line
// "blindlink-oblivious-key-v1" and 32 random bytes, from which RFC 9497's DeriveKeyPair makes the
// key for the project's name: docs/formats/key_files.md. Whoever loses it can make no further token
// that meets the old ones.

// Errors as GenerateKeyFile.
absl::Status GenerateProjectKey(const std::filesystem::path& file, KeyForm form);

// Errors as ReadKeyFile.
absl::StatusOr<OprfKey> ReadProjectKey(const std::filesystem::path& file,
                                       absl::string_view project);

}  // namespace blindlink::keyserver
