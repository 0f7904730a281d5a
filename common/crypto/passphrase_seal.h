#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// A key enciphered under a passphrase, as one line of text that holds all that is needed to open it
// but the passphrase:
//   scrypt-aes-256-gcm LOG2N R P SALT NONCE SEALED
// scrypt (RFC 7914) makes the AES key from the passphrase and the salt; SALT (16 bytes), NONCE (12)
// and SEALED (16 more than the key) are hexadecimal. Everything before SEALED is authenticated,
// together with the caller's `aad`. Thread-safe.

// N = 2^17, r = 8, p = 1: 128 MiB and some .3 s for every guess.
struct ScryptCost {
  unsigned log2_n = 17;
  unsigned r = 8;
  unsigned p = 1;
};

// Whether a line is of this form, at least by its first word.
bool IsPassphraseSealed(absl::string_view line);

// RESOURCE_EXHAUSTED if there is too little memory.
absl::StatusOr<std::string> SealUnderPassphrase(const SecretBytes& key,
                                                const SecretBytes& passphrase,
                                                absl::string_view aad, const ScryptCost& cost = {});

// INVALID_ARGUMENT if the line is malformed or asks for more than 1 GiB of memory;
// PERMISSION_DENIED if the passphrase is another, or the line or `aad` was changed.
absl::StatusOr<SecretBytes> OpenUnderPassphrase(absl::string_view line,
                                                const SecretBytes& passphrase,
                                                absl::string_view aad);

}  // namespace blindlink
