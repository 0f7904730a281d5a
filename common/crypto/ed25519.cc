#include "common/crypto/ed25519.h"

#include <openssl/curve25519.h>

namespace blindlink {
namespace {

static_assert(ED25519_SIGNATURE_LEN == kEd25519SignatureSize);

struct Pair {
  Ed25519PublicKey public_key;
  SecretBytes private_key = SecretBytes::OfSize(ED25519_PRIVATE_KEY_LEN);
};

Pair PairOf(const SecretBytes& seed) {
  Pair pair;
  ED25519_keypair_from_seed(pair.public_key.data(), pair.private_key.RevealForWriting().data(),
                            seed.Reveal().data());
  return pair;
}

const uint8_t* Data(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

Ed25519PublicKey Ed25519PublicKeyOf(const SecretBytes& seed) { return PairOf(seed).public_key; }

std::string Ed25519Sign(const SecretBytes& seed, absl::string_view message) {
  std::string signature(kEd25519SignatureSize, '\0');
  ED25519_sign(reinterpret_cast<uint8_t*>(signature.data()), Data(message), message.size(),
               PairOf(seed).private_key.Reveal().data());
  return signature;
}

bool Ed25519Verify(absl::Span<const uint8_t> public_key, absl::string_view message,
                   absl::string_view signature) {
  return public_key.size() == kEd25519KeySize && signature.size() == kEd25519SignatureSize &&
         ED25519_verify(Data(message), message.size(), Data(signature), public_key.data()) == 1;
}

}  // namespace blindlink
