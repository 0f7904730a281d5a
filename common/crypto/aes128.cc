#include "common/crypto/aes128.h"

#include <openssl/cipher.h>

#include "common/base/die.h"

namespace blindlink {

struct Aes128::Context {
  bssl::ScopedEVP_CIPHER_CTX cipher;
};

Aes128::Aes128(absl::Span<const uint8_t> key) : context_(std::make_unique<Context>()) {
  if (key.size() != kKeySize) Die("an AES-128 key must have 16 bytes");
  if (EVP_EncryptInit_ex(context_->cipher.get(), EVP_aes_128_ecb(), /*engine=*/nullptr, key.data(),
                         /*iv=*/nullptr) != 1) {
    Die("BoringSSL cannot set up AES-128: out of memory");
  }
}

Aes128::Aes128(const Aes128& other) : context_(std::make_unique<Context>()) {
  if (EVP_CIPHER_CTX_copy(context_->cipher.get(), other.context_->cipher.get()) != 1) {
    Die("BoringSSL cannot copy an AES-128 context: out of memory");
  }
}

Aes128::~Aes128() = default;  // BoringSSL wipes the key

void Aes128::EncryptBlocks(absl::Span<uint8_t> blocks) {
  if (blocks.size() % kBlockSize != 0) Die("AES-128 encrypts whole blocks of 16 bytes only");
  if (EVP_Cipher(context_->cipher.get(), blocks.data(), blocks.data(), blocks.size()) != 1) {
    Die("BoringSSL failed to encrypt with AES-128");
  }
}

std::array<uint8_t, Aes128::kBlockSize> Aes128::DecryptBlock(
    absl::Span<const uint8_t> key, std::array<uint8_t, kBlockSize> block) {
  if (key.size() != kKeySize) Die("an AES-128 key must have 16 bytes");
  bssl::ScopedEVP_CIPHER_CTX cipher;
  if (EVP_DecryptInit_ex(cipher.get(), EVP_aes_128_ecb(), /*engine=*/nullptr, key.data(),
                         /*iv=*/nullptr) != 1 ||
      EVP_Cipher(cipher.get(), block.data(), block.data(), block.size()) != 1) {
    Die("BoringSSL failed to decrypt with AES-128: out of memory");
  }
  return block;
}

}  // namespace blindlink
