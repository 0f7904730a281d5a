#include "common/crypto/block_sealer.h"

#include <openssl/aead.h>

#include <array>

#include "common/base/byte_order.h"
#include "common/base/die.h"

namespace blindlink {
namespace {

constexpr size_t kNonceSize = 12;

std::array<uint8_t, kNonceSize> NonceOf(uint64_t number) {
  std::array<uint8_t, kNonceSize> nonce = {};
  StoreBigEndian64(number, nonce.data() + 4);
  return nonce;
}

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

}  // namespace

struct BlockSealer::Context {
  bssl::ScopedEVP_AEAD_CTX aead;  // wipes the key
};

BlockSealer::BlockSealer(const Sha256Digest& key) : context_(std::make_unique<Context>()) {
  if (EVP_AEAD_CTX_init(context_->aead.get(), EVP_aead_chacha20_poly1305(), key.data(), key.size(),
                        kOverhead, /*engine=*/nullptr) != 1) {
    Die("BoringSSL cannot set up ChaCha20-Poly1305: out of memory");
  }
}

BlockSealer::~BlockSealer() = default;

std::string BlockSealer::Seal(uint64_t number, absl::string_view text) const {
  const auto nonce = NonceOf(number);
  std::string sealed(text.size() + kOverhead, '\0');
  size_t size = 0;
  if (EVP_AEAD_CTX_seal(context_->aead.get(), Bytes(&sealed), &size, sealed.size(), nonce.data(),
                        nonce.size(), Bytes(text), text.size(), nullptr, 0) != 1) {
    Die("BoringSSL failed to encrypt with ChaCha20-Poly1305");
  }
  return sealed;
}

std::optional<std::string> BlockSealer::Open(uint64_t number, absl::string_view sealed) const {
  if (sealed.size() < kOverhead) return std::nullopt;
  const auto nonce = NonceOf(number);
  std::string text(sealed.size(), '\0');
  size_t size = 0;
  if (EVP_AEAD_CTX_open(context_->aead.get(), Bytes(&text), &size, text.size(), nonce.data(),
                        nonce.size(), Bytes(sealed), sealed.size(), nullptr, 0) != 1) {
    return std::nullopt;
  }
  text.resize(size);
  return text;
}

}  // namespace blindlink
