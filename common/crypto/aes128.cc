#include "common/crypto/aes128.h"

#include <openssl/cipher.h>

#include <cstdlib>

namespace blindlink {

struct Aes128::Context {
  bssl::ScopedEVP_CIPHER_CTX cipher;
};

Aes128::Aes128(absl::Span<const uint8_t> key) : context_(std::make_unique<Context>()) {
  if (key.size() != kKeySize) std::abort();  // a bug of the caller
  if (EVP_EncryptInit_ex(context_->cipher.get(), EVP_aes_128_ecb(), /*engine=*/nullptr, key.data(),
                         /*iv=*/nullptr) != 1) {
    std::abort();  // only without memory
  }
}

Aes128::Aes128(const Aes128& other) : context_(std::make_unique<Context>()) {
  if (EVP_CIPHER_CTX_copy(context_->cipher.get(), other.context_->cipher.get()) != 1) std::abort();
}

Aes128::~Aes128() = default;  // BoringSSL wipes what it frees

void Aes128::EncryptBlocks(absl::Span<uint8_t> blocks) {
  if (blocks.size() % kBlockSize != 0) std::abort();  // a bug of the caller
  if (EVP_Cipher(context_->cipher.get(), blocks.data(), blocks.data(), blocks.size()) != 1) {
    std::abort();  // ECB never fails
  }
}

}  // namespace blindlink
