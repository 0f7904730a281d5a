#include "common/crypto/hmac_sha256.h"

#include <openssl/sha.h>

#include <cstring>

#include "common/base/secret_bytes.h"

namespace blindlink {
namespace {
constexpr size_t kBlockSize = 64;
}  // namespace

HmacSha256::HmacSha256(absl::Span<const uint8_t> key) {
  static_assert(sizeof(inner_) >= sizeof(SHA256_CTX) && alignof(SHA256_CTX) <= 8);
  unsigned char block[kBlockSize] = {};
  if (key.size() > kBlockSize) {
    const Sha256Digest hashed = Sha256Of({reinterpret_cast<const char*>(key.data()), key.size()});
    std::memcpy(block, hashed.data(), hashed.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  const auto absorb = [&block](unsigned char pad, unsigned char* state) {
    unsigned char padded[kBlockSize];
    for (size_t i = 0; i < kBlockSize; ++i) padded[i] = block[i] ^ pad;
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, padded, kBlockSize);
    std::memcpy(state, &context, sizeof(context));
    WipeMemory(padded, sizeof(padded));
    WipeMemory(&context, sizeof(context));
  };
  absorb(0x36, inner_);
  absorb(0x5c, outer_);
  WipeMemory(block, sizeof(block));
}

HmacSha256::~HmacSha256() {
  WipeMemory(inner_, sizeof(inner_));
  WipeMemory(outer_, sizeof(outer_));
}

Sha256Digest HmacSha256::Digest(absl::string_view message) const {
  SHA256_CTX context;
  Sha256Digest digest;
  std::memcpy(&context, inner_, sizeof(context));
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  std::memcpy(&context, outer_, sizeof(context));
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::array<uint8_t, 16> HmacSha256::Digest16(absl::string_view message) const {
  const Sha256Digest digest = Digest(message);
  std::array<uint8_t, 16> out;
  std::memcpy(out.data(), digest.data(), out.size());
  return out;
}

}  // namespace blindlink
