#include "common/crypto/hmac_sha256.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "common/base/byte_order.h"
#include "common/base/secret_bytes.h"

namespace blindlink {
namespace {

constexpr size_t kBlockSize = SHA256_CBLOCK;

// Finishes a hash whose first block led to `state`: pads the message (FIPS 180-4, 5.1.1). Short
// messages, such as those of tokens, cost no more than their compressions.
Sha256Digest Finish(std::array<uint32_t, 8> state, const uint8_t* message, size_t size) {
  const size_t whole = size / kBlockSize;
  if (whole > 0) SHA256_TransformBlocks(state.data(), message, whole);
  const size_t rest = size % kBlockSize;
  uint8_t last[2 * kBlockSize] = {};
  if (rest > 0) std::memcpy(last, message + whole * kBlockSize, rest);
  last[rest] = 0x80;
  const size_t blocks = rest + 1 + sizeof(uint64_t) <= kBlockSize ? 1 : 2;
  StoreBigEndian64(8 * (uint64_t{kBlockSize} + size),
                   last + blocks * kBlockSize - sizeof(uint64_t));
  SHA256_TransformBlocks(state.data(), last, blocks);
  Sha256Digest digest;
  for (size_t i = 0; i < state.size(); ++i) StoreBigEndian32(state[i], digest.data() + 4 * i);
  return digest;
}

}  // namespace

HmacSha256::HmacSha256(absl::Span<const uint8_t> key) {
  unsigned char block[kBlockSize] = {};
  if (key.size() > kBlockSize) {
    const Sha256Digest hashed = Sha256Of({reinterpret_cast<const char*>(key.data()), key.size()});
    std::memcpy(block, hashed.data(), hashed.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  const auto absorb = [&block](unsigned char pad, State* state) {
    unsigned char padded[kBlockSize];
    for (size_t i = 0; i < kBlockSize; ++i) padded[i] = block[i] ^ pad;
    SHA256_CTX context;
    SHA256_Init(&context);
    std::copy(std::begin(context.h), std::end(context.h), state->begin());
    SHA256_TransformBlocks(state->data(), padded, 1);
    WipeMemory(padded, sizeof(padded));
  };
  absorb(0x36, &inner_);
  absorb(0x5c, &outer_);
  WipeMemory(block, sizeof(block));
}

HmacSha256::~HmacSha256() {
  WipeMemory(inner_.data(), sizeof(inner_));
  WipeMemory(outer_.data(), sizeof(outer_));
}

Sha256Digest HmacSha256::Digest(absl::string_view message) const {
  const Sha256Digest inner =
      Finish(inner_, reinterpret_cast<const uint8_t*>(message.data()), message.size());
  return Finish(outer_, inner.data(), inner.size());
}

std::array<uint8_t, 16> HmacSha256::Digest16(absl::string_view message) const {
  const Sha256Digest digest = Digest(message);
  std::array<uint8_t, 16> out;
  std::memcpy(out.data(), digest.data(), out.size());
  return out;
}

}  // namespace blindlink
