#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// What the programs need to know about an X.509 certificate. TLS (gRPC) decides whom to trust;
// these facts only serve clear messages at startup and the allow-list.
struct CertificateFacts {
  Sha256Digest fingerprint{};     // SHA-256 of the DER form
  int64_t not_before = 0;         // Unix seconds
  int64_t not_after = 0;          // Unix seconds
  std::vector<std::string> uris;  // URI subject alternative names
};

// The first certificate of a PEM text. INVALID_ARGUMENT if there is none or it cannot be read.
absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem);

// INVALID_ARGUMENT if `pem` holds no certificate; FAILED_PRECONDITION if it is expired or not yet
// valid at `now` (Unix seconds). `file` is for the message.
absl::Status CheckCertificateFile(absl::string_view pem, const std::string& file, int64_t now);

// INVALID_ARGUMENT if `key_pem` is not an unencrypted private key; FAILED_PRECONDITION if it does
// not belong to the first certificate. `key_file` is for the message.
absl::Status CheckKeyFits(absl::string_view certificate_pem, absl::string_view key_pem,
                          const std::string& key_file);

}  // namespace blindlink
