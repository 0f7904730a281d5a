#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// Makes the tokens of one match key, in one of the two schemes of docs/formats/tokens.md, from the
// injective encoding of its components. Immutable, so threads may share it. Its key is wiped on
// destruction.
class TokenHash {
 public:
  // HMAC-SHA-256 under `key`.
  static TokenHash Hmac(const SecretBytes& key);
  // Kimura's scheme: the encoding is padded to kPaddedSize bytes, enciphered by ChaCha20 under
  // `key` (32 bytes) with a nonce of zeros from block 0 on, and hashed by SHA-256. Sites must make
  // equal tokens of equal values, so the nonce cannot vary; nothing but hashes of what is
  // enciphered is ever given away.
  static TokenHash ChaCha20Sha256(const SecretBytes& key);

  TokenHash(const TokenHash& other);
  TokenHash(TokenHash&&) = default;
  TokenHash& operator=(const TokenHash&) = delete;

  // The first 16 bytes of the hash.
  std::array<uint8_t, 16> Digest16(absl::string_view encoding) const;

  // The padded encoding is hashed in two blocks of SHA-256, with the nine bytes that it appends.
  static constexpr size_t kPaddedSize = 2 * 64 - 9;
  // An encoding of up to this many bytes is padded as it is: 0, the encoding, 0x80, zeros. Of a
  // longer one the SHA-256 is padded instead: 1, the digest, 0x80, zeros. So different encodings
  // stay different, unless somebody finds a collision of SHA-256.
  static constexpr size_t kMaxUnhashed = kPaddedSize - 2;
  static std::array<uint8_t, kPaddedSize> Pad(absl::string_view encoding);

 private:
  TokenHash() = default;

  // Exactly one is set. A cipher with one nonce has one key stream, which is made once.
  std::optional<HmacSha256> hmac_;
  std::optional<SecretBytes> key_stream_;
};

}  // namespace blindlink::agent
