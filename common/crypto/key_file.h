#pragma once

#include <cstddef>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// A secret key in a file of mode 0600: a first line that names the kind of key, then the key as 64
// hexadecimal digits, or enciphered under a passphrase (passphrase_seal.h), and a newline
// (docs/formats/key_files.md). Thread-safe.

// The size of a key in bytes.
inline constexpr size_t kKeySize = 32;
// A key with fewer distinct bytes, or fewer distinct steps from byte to byte, is refused as weak.
// 32 random bytes have 30 distinct values on average; fewer than 17 occur in less than one of 10^9
// keys.
inline constexpr size_t kMinDistinctBytes = 17;

// How a new key file holds its key. Under a passphrase, the key is never on the disk in the clear;
// the passphrase is NewPassphrase (passphrase.h), whose errors are then added.
enum class KeyForm { kClear, kUnderPassphrase };

// Writes a new random key. `head` is the first line, with its newline. ALREADY_EXISTS rather than
// overwriting a file; other errors as WriteNewFile.
absl::Status GenerateKeyFile(const std::filesystem::path& file, absl::string_view head,
                             KeyForm form = KeyForm::kClear);

// Writes this key to a new file. ALREADY_EXISTS rather than overwriting a file; other errors as
// WriteNewFile.
absl::Status WriteKeyFile(const std::filesystem::path& file, absl::string_view head,
                          const SecretBytes& key, KeyForm form = KeyForm::kClear);

// Whether these bytes can be a key that was drawn at random: of the right size and not weak.
bool IsRandomKey(const SecretBytes& key);

// Reads the key of a file that begins with `head`; an enciphered one with the passphrase of this
// process (passphrase.h), whose errors it has too. FAILED_PRECONDITION if others can read the file
// (ReadPrivateFile); INVALID_ARGUMENT if it holds no key of this kind and size or a weak one: the
// message says what is wrong with the file, and then `remedy`. What a mail program or an editor
// adds to a file changes nothing: a byte order mark, CR LF, blanks around lines, empty lines.
absl::StatusOr<SecretBytes> ReadKeyFile(const std::filesystem::path& file, absl::string_view head,
                                        absl::string_view remedy);

// Enciphers the key in a key file of any kind under this process's passphrase, or stores it in the
// clear again, in one step that leaves the file whole. FAILED_PRECONDITION if it is so already.
// The blocks that held the clear key may still be on the disk.
absl::Status ProtectKeyFile(const std::filesystem::path& file);
absl::Status UnprotectKeyFile(const std::filesystem::path& file);
// Overwrites a key file in place with random bytes, makes that durable, and removes the file.
// NOT_FOUND; FAILED_PRECONDITION for anything but a regular file. Nobody can promise more: a file
// system that journals data or copies on write, an SSD that moves blocks, snapshots and backups may
// all keep the old bytes.
absl::Status DestroyKeyFile(const std::filesystem::path& file);

}  // namespace blindlink
