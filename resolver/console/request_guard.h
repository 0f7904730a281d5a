#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/crypto/hmac_sha256.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {

// A browser shows its client certificate to the console whatever page makes the request, so every
// change must prove that it comes from a page that the console gave to this very certificate: by a
// token in its form. Tokens and marks are void after a restart. Thread-safe.
class RequestGuard {
 public:
  RequestGuard();

  // For the forms of the holder of a certificate.
  std::string TokenFor(const Sha256Digest& fingerprint) const;

  // For an address that says which entry of the audit log a change of the certificate's holder is:
  // nobody else can make one, so a link that was sent to people cannot claim a change.
  std::string MarkFor(const Sha256Digest& fingerprint, uint64_t entry) const;
  bool IsMarkFor(const Sha256Digest& fingerprint, uint64_t entry, absl::string_view mark) const;

  // What a browser says of a request that changes something; each is empty if it is missing.
  struct Sent {
    absl::string_view token;
    absl::string_view origin;      // Origin
    absl::string_view fetch_site;  // Sec-Fetch-Site
    absl::string_view host;        // Host
  };
  // PERMISSION_DENIED if the token is not the one for this certificate, or the browser says that
  // another site made the request.
  absl::Status Check(const Sha256Digest& fingerprint, const Sent& sent) const;

 private:
  const HmacSha256 key_;
};

}  // namespace blindlink::resolver
