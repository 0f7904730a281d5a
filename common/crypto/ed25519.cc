#include "common/crypto/ed25519.h"

#include <openssl/curve25519.h>

namespace blindlink {
namespace {

const uint8_t* BytesOf(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

Ed25519Signer::Ed25519Signer(const SecretBytes& seed)
    : private_key_(SecretBytes::OfSize(ED25519_PRIVATE_KEY_LEN)) {
  ED25519_keypair_from_seed(public_key_.data(), private_key_.RevealForWriting().data(),
                            seed.Reveal().data());
}

Ed25519Signature Ed25519Signer::Sign(absl::string_view message) const {
  Ed25519Signature signature{};
  ED25519_sign(signature.data(), BytesOf(message), message.size(), private_key_.Reveal().data());
  return signature;
}

bool IsSignedBy(absl::string_view key, absl::string_view message, absl::string_view signature) {
  return key.size() == ED25519_PUBLIC_KEY_LEN && signature.size() == ED25519_SIGNATURE_LEN &&
         ED25519_verify(BytesOf(message), message.size(), BytesOf(signature), BytesOf(key)) == 1;
}

}  // namespace blindlink
