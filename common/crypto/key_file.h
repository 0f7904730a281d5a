#pragma once

#include <cstddef>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// A secret key in a file of mode 0600: a first line that names the kind of key, then the key as 64
// hexadecimal digits and a newline. Thread-safe.

// The size of a key in bytes.
inline constexpr size_t kKeySize = 32;
// A key with fewer distinct bytes is refused as weak. 32 random bytes have 30 distinct values on
// average; fewer than 16 occur in less than one of 10^12 keys.
inline constexpr size_t kMinDistinctBytes = 16;

// Writes a new random key. `head` is the first line, with its newline. ALREADY_EXISTS rather than
// overwriting a file; other errors as WriteNewFile.
absl::Status GenerateKeyFile(const std::filesystem::path& file, absl::string_view head);

// Reads the key of a file that begins with `head`. FAILED_PRECONDITION if others can read the file
// (ReadPrivateFile); INVALID_ARGUMENT if it holds no key of this kind and size or a weak one: the
// message names the file and `remedy`, which completes "... holds no key of this kind; ".
absl::StatusOr<SecretBytes> ReadKeyFile(const std::filesystem::path& file, absl::string_view head,
                                        absl::string_view remedy);

}  // namespace blindlink
