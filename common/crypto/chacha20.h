#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace blindlink {

inline constexpr size_t kChaCha20KeySize = 32;
inline constexpr size_t kChaCha20NonceSize = 12;

// Enciphers `bytes` in place, or deciphers them, with the key stream of ChaCha20 (RFC 8439) from
// block number `counter` on. `key` and `nonce` must have the sizes above. Whoever uses one key and
// nonce for two texts reveals the XOR of the texts. Thread-safe.
void ChaCha20(absl::Span<const uint8_t> key, absl::Span<const uint8_t> nonce, uint32_t counter,
              absl::Span<uint8_t> bytes);

}  // namespace blindlink
