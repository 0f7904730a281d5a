#include "common/crypto/chacha20.h"

#include <openssl/chacha.h>

#include "common/base/die.h"

namespace blindlink {

void ChaCha20(absl::Span<const uint8_t> key, absl::Span<const uint8_t> nonce, uint32_t counter,
              absl::Span<uint8_t> bytes) {
  if (key.size() != kChaCha20KeySize || nonce.size() != kChaCha20NonceSize) {
    Die("ChaCha20 needs a key of 32 bytes and a nonce of 12");
  }
  CRYPTO_chacha_20(bytes.data(), bytes.data(), bytes.size(), key.data(), nonce.data(), counter);
}

}  // namespace blindlink
