#include "common/crypto/hkdf.h"

#include <openssl/digest.h>
#include <openssl/hkdf.h>

#include "common/base/die.h"

namespace blindlink {

SecretBytes HkdfSha256(absl::Span<const uint8_t> secret, absl::string_view salt,
                       absl::string_view info, size_t size) {
  SecretBytes out = SecretBytes::OfSize(size);
  const int ok = HKDF(out.RevealForWriting().data(), size, EVP_sha256(), secret.data(),
                      secret.size(), reinterpret_cast<const uint8_t*>(salt.data()), salt.size(),
                      reinterpret_cast<const uint8_t*>(info.data()), info.size());
  if (ok != 1) Die("HKDF-SHA-256 derives at most 8160 bytes (RFC 5869)");
  return out;
}

}  // namespace blindlink
