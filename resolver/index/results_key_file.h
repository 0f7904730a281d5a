#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/secret_bytes.h"

namespace blindlink::resolver {

// What remains of an index key once the index is dropped: the keys of entity ids and shift seeds,
// in one file of mode 0600 (docs/formats/key_files.md). Enciphered under the resolver's passphrase
// if it has one. Thread-safe.
struct ResultsKeys {
  SecretBytes entities;
  SecretBytes shift_seeds;
};

// Replaces a file that is there. Errors as WriteFileAtomically, Passphrase and SealUnderPassphrase.
absl::Status WriteResultsKeys(const std::filesystem::path& file, const ResultsKeys& keys);

// A file in the clear is enciphered now if the resolver has a passphrase. INVALID_ARGUMENT if it
// holds no such keys; other errors as ReadPrivateFile and OpenUnderPassphrase.
absl::StatusOr<ResultsKeys> ReadResultsKeys(const std::filesystem::path& file);

}  // namespace blindlink::resolver
