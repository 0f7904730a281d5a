#pragma once

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key, used as a pseudo-random function. The key's
// inner and outer blocks are hashed once, so a short message costs two compressions. Immutable
// after construction, so threads may share it. The key is wiped on destruction.
class HmacSha256 {
 public:
  explicit HmacSha256(absl::Span<const uint8_t> key);
  HmacSha256(const HmacSha256&) = default;
  HmacSha256& operator=(const HmacSha256&) = default;
  ~HmacSha256();

  Sha256Digest Digest(absl::string_view message) const;
  // The first 16 bytes of Digest.
  std::array<uint8_t, 16> Digest16(absl::string_view message) const;

 private:
  using State = std::array<uint32_t, 8>;  // of SHA-256, after its first block

  State inner_;
  State outer_;
};

}  // namespace blindlink
