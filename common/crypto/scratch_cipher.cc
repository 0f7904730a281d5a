#include "common/crypto/scratch_cipher.h"

#include "common/base/byte_order.h"
#include "common/crypto/chacha20.h"
#include "common/crypto/random.h"

namespace blindlink {
ScratchCipher::ScratchCipher() : key_(RandomBytes(kChaCha20KeySize)) {}

void ScratchCipher::Apply(uint64_t piece, absl::Span<uint8_t> bytes) const {
  uint8_t nonce[kChaCha20NonceSize] = {};
  StoreBigEndian64(piece, nonce + 4);
  ChaCha20(key_.Reveal(), nonce, /*counter=*/0, bytes);
}

}  // namespace blindlink
