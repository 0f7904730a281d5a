#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// Signatures with the private key of a certificate: ECDSA or RSA (PKCS #1) over SHA-256, or
// Ed25519, whichever the key is for. A message that is signed must begin with words that say what
// it is, so that nobody takes a signature of one kind for another. Thread-safe.

// INVALID_ARGUMENT if `key_pem` is not an unencrypted private key, or one that cannot sign.
absl::StatusOr<std::string> SignMessage(absl::string_view key_pem, absl::string_view message);

// INVALID_ARGUMENT unless `signature` is one of `message` with the private key of the first
// certificate in `certificate_pem`.
absl::Status VerifySignature(absl::string_view certificate_pem, absl::string_view message,
                             absl::string_view signature);

// INVALID_ARGUMENT unless the first certificate in `certificate_pem` was issued by one of those in
// `ca_pem`, perhaps through the others in `certificate_pem`, and all were valid at `at` (Unix
// seconds).
absl::Status VerifyIssuedBy(absl::string_view certificate_pem, absl::string_view ca_pem,
                            int64_t at);

}  // namespace blindlink
