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
// A key with fewer distinct bytes, or fewer distinct steps from byte to byte, is refused as weak.
// 32 random bytes have 30 distinct values on average; fewer than 17 occur in less than one of 10^9
// keys.
inline constexpr size_t kMinDistinctBytes = 17;

// Writes a new random key. `head` is the first line, with its newline. ALREADY_EXISTS rather than
// overwriting a file; other errors as WriteNewFile.
absl::Status GenerateKeyFile(const std::filesystem::path& file, absl::string_view head);

// Reads the key of a file that begins with `head`. FAILED_PRECONDITION if others can read the file
// (ReadPrivateFile); INVALID_ARGUMENT if it holds no key of this kind and size or a weak one: the
// message says what is wrong with the file, and then `remedy`. What a mail program or an editor
// adds to a file changes nothing: a byte order mark, CR LF, blanks around lines, empty lines.
absl::StatusOr<SecretBytes> ReadKeyFile(const std::filesystem::path& file, absl::string_view head,
                                        absl::string_view remedy);

// Overwrites a key file in place with random bytes, makes that durable, and removes the file.
// NOT_FOUND; FAILED_PRECONDITION for anything but a regular file. Nobody can promise more: a file
// system that journals data or copies on write, an SSD that moves blocks, snapshots and backups may
// all keep the old bytes.
absl::Status DestroyKeyFile(const std::filesystem::path& file);

}  // namespace blindlink
