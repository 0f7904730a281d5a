#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"
#include "resolver/authz/spiffe.h"

namespace blindlink::resolver {

// Whom a client's certificate names, whether or not that client is allowed.
struct Identity {
  Party party;
  Sha256Digest fingerprint{};  // SHA-256 of the certificate's DER form
  int64_t not_after = 0;       // Unix seconds
};

// From a certificate in PEM form. UNAUTHENTICATED if it does not have exactly one URI of a party.
absl::StatusOr<Identity> ReadIdentity(absl::string_view certificate_pem);

// UNAUTHENTICATED if the certificate has expired at `now` (Unix seconds). TLS checks that only when
// a connection begins.
absl::Status CheckNotExpired(const Identity& identity, int64_t now);

// "party=spiffe://... fingerprint=<64 hexadecimal digits>", for the log.
std::string LogTextOf(const Identity& identity);

}  // namespace blindlink::resolver
