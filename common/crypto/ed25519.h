#pragma once

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// Signatures by Ed25519 (RFC 8032).
using Ed25519PublicKey = std::array<uint8_t, 32>;
using Ed25519Signature = std::array<uint8_t, 64>;

// Signs under one key, which is wiped on destruction. Thread-safe.
class Ed25519Signer {
 public:
  // `seed` is the private key of RFC 8032, 32 bytes.
  explicit Ed25519Signer(const SecretBytes& seed);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  Ed25519Signature Sign(absl::string_view message) const;

 private:
  SecretBytes private_key_;
  Ed25519PublicKey public_key_{};
};

// Whether `signature` (64 bytes) is of `message` under the key (32 bytes). False for any other
// size. Thread-safe.
bool IsSignedBy(absl::string_view key, absl::string_view message, absl::string_view signature);
inline bool IsSignedBy(const Ed25519PublicKey& key, absl::string_view message,
                       absl::string_view signature) {
  return IsSignedBy(absl::string_view(reinterpret_cast<const char*>(key.data()), key.size()),
                    message, signature);
}

}  // namespace blindlink
