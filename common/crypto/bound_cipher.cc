#include "common/crypto/bound_cipher.h"

#include <openssl/chacha.h>

#include "common/base/die.h"

namespace blindlink {

BoundCipher::BoundCipher(absl::Span<const uint8_t> key, absl::Span<const uint8_t> name_key)
    : key_(key), names_(name_key) {
  if (key.size() != kKeySize) Die("a ChaCha20 key must have 32 bytes");
}

void BoundCipher::Apply(absl::string_view name, absl::Span<uint8_t> bytes) const {
  if (bytes.empty()) return;
  const auto nonce = names_.Digest16(name);  // the first 12 bytes count
  CRYPTO_chacha_20(bytes.data(), bytes.data(), bytes.size(), key_.Reveal().data(), nonce.data(),
                   /*counter=*/0);
}

}  // namespace blindlink
