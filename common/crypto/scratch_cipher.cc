#include "common/crypto/scratch_cipher.h"

#include <openssl/chacha.h>

#include "common/base/byte_order.h"
#include "common/crypto/random.h"

namespace blindlink {
namespace {

constexpr size_t kCipherKeySize = 32;
constexpr size_t kNonceSize = 12;

}  // namespace

ScratchCipher::ScratchCipher() : key_(RandomBytes(kCipherKeySize)) {}

void ScratchCipher::Apply(uint64_t piece, absl::Span<uint8_t> bytes) const {
  uint8_t nonce[kNonceSize] = {};
  StoreBigEndian64(piece, nonce + 4);
  CRYPTO_chacha_20(bytes.data(), bytes.data(), bytes.size(), key_.Reveal().data(), nonce,
                   /*counter=*/0);
}

}  // namespace blindlink
