#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// The passphrase of this process's key files. It comes, in this order, from the file that was named
// with UsePassphraseFile, from the systemd credential "blindlink-passphrase"
// ($CREDENTIALS_DIRECTORY), or from the terminal, without echo; never from an argument or the
// environment. It is asked for when the first enciphered key is read, and then kept.

inline constexpr char kPassphraseCredential[] = "blindlink-passphrase";

// Must be called before the first passphrase is needed. The file: mode 0600, one line.
void UsePassphraseFile(const std::filesystem::path& file);

// Whether one can be had without asking a person.
bool HasPassphraseFile();
// The same, or whether a person has typed one already.
bool HasPassphrase();

// FAILED_PRECONDITION if there is no source of one; INVALID_ARGUMENT if it is empty. `wanted_for`
// names the file, for the question and the message.
absl::StatusOr<SecretBytes> Passphrase(const std::string& wanted_for);

// A passphrase to encipher with, of at least 12 characters: from the same sources; at a terminal it
// is asked for twice, unless it was typed for another key before.
absl::StatusOr<SecretBytes> NewPassphrase(const std::string& wanted_for);
inline constexpr size_t kMinPassphraseSize = 12;

// Forgets the file and the passphrase: for tests.
void ForgetPassphrase();

}  // namespace blindlink
