#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink {

// Enciphers texts that are stored under names: ChaCha20 (RFC 8439) under one key, with the first 12
// bytes of an HMAC-SHA-256 of the name as the nonce. Equal texts under two names look unrelated. A
// name must be used for one text only: two texts under one name give away where they are equal.
// Does not detect changes. Immutable, so threads may share it; the key is wiped on destruction.
class BoundCipher {
 public:
  static constexpr size_t kKeySize = 32;

  // Both keys have kKeySize bytes and are independent of each other.
  BoundCipher(absl::Span<const uint8_t> key, absl::Span<const uint8_t> name_key);

  // Enciphers `bytes` in place, or deciphers what was enciphered under the same `name`. Less than
  // 256 GiB.
  void Apply(absl::string_view name, absl::Span<uint8_t> bytes) const;

 private:
  SecretBytes key_;
  HmacSha256 names_;
};

}  // namespace blindlink
