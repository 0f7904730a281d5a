#include "agent/keys/token_hash.h"

#include <algorithm>
#include <cstring>

#include "common/crypto/chacha20.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {

TokenHash TokenHash::Hmac(const SecretBytes& key) {
  TokenHash hash;
  hash.hmac_.emplace(key.Reveal());
  return hash;
}

TokenHash TokenHash::ChaCha20Sha256(const SecretBytes& key) {
  constexpr std::array<uint8_t, kChaCha20NonceSize> kNonce{};
  TokenHash hash;
  hash.key_stream_ = SecretBytes::OfSize(kPaddedSize);
  ChaCha20(key.Reveal(), kNonce, /*counter=*/0, hash.key_stream_->RevealForWriting());
  return hash;
}

TokenHash::TokenHash(const TokenHash& other) : hmac_(other.hmac_) {
  if (other.key_stream_.has_value()) key_stream_ = other.key_stream_->Clone();
}

std::array<uint8_t, TokenHash::kPaddedSize> TokenHash::Pad(absl::string_view encoding) {
  std::array<uint8_t, kPaddedSize> padded{};
  uint8_t* const body = padded.data() + 1;
  size_t size = encoding.size();
  if (size <= kMaxUnhashed) {
    std::memcpy(body, encoding.data(), size);
  } else {
    padded[0] = 1;
    const Sha256Digest digest = Sha256Of(encoding);
    size = digest.size();
    std::memcpy(body, digest.data(), size);
  }
  body[size] = 0x80;
  return padded;
}

std::array<uint8_t, 16> TokenHash::Digest16(absl::string_view encoding) const {
  if (hmac_.has_value()) return hmac_->Digest16(encoding);
  std::array<uint8_t, kPaddedSize> text = Pad(encoding);
  const uint8_t* const key_stream = key_stream_->Reveal().data();
  for (size_t i = 0; i < kPaddedSize; ++i) text[i] ^= key_stream[i];
  const Sha256Digest digest = Sha256Of({reinterpret_cast<const char*>(text.data()), text.size()});
  std::array<uint8_t, 16> token;
  std::copy_n(digest.begin(), token.size(), token.begin());
  return token;
}

}  // namespace blindlink::agent
