#include "common/crypto/hpke.h"

#include <openssl/curve25519.h>
#include <openssl/hpke.h>

namespace blindlink {
namespace {

const uint8_t* Data(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* Data(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

absl::StatusOr<HpkeMessage> Seal(EVP_HPKE_CTX* context, std::string encapsulated,
                                 absl::string_view aad, const SecretBytes& text) {
  HpkeMessage message{std::move(encapsulated), ""};
  message.sealed.resize(text.size() + EVP_HPKE_CTX_max_overhead(context));
  size_t size = 0;
  if (EVP_HPKE_CTX_seal(context, Data(message.sealed), &size, message.sealed.size(),
                        text.Reveal().data(), text.size(), Data(aad), aad.size()) != 1) {
    return absl::InternalError("sealing failed");
  }
  message.sealed.resize(size);
  return message;
}

// A BoringSSL context that is wiped when it goes.
template <typename T, void (*Zero)(T*), void (*CleanUp)(T*)>
class Wiped {
 public:
  Wiped() { Zero(&value_); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() {
    CleanUp(&value_);
    WipeMemory(&value_, sizeof(value_));
  }
  T* get() { return &value_; }

 private:
  T value_;
};
using Context = Wiped<EVP_HPKE_CTX, &EVP_HPKE_CTX_zero, &EVP_HPKE_CTX_cleanup>;
using Key = Wiped<EVP_HPKE_KEY, &EVP_HPKE_KEY_zero, &EVP_HPKE_KEY_cleanup>;

absl::Status NoPublicKey() { return absl::InvalidArgumentError("not a usable public key"); }

}  // namespace

HpkePublicKey HpkePublicKeyOf(const SecretBytes& private_key) {
  HpkePublicKey key;
  X25519_public_from_private(key.data(), private_key.Reveal().data());
  return key;
}

absl::StatusOr<HpkeMessage> HpkeSeal(absl::Span<const uint8_t> recipient, absl::string_view info,
                                     absl::string_view aad, const SecretBytes& text) {
  Context context;
  std::string encapsulated(kHpkeKeySize, '\0');
  size_t size = 0;
  if (EVP_HPKE_CTX_setup_sender(context.get(), Data(encapsulated), &size, encapsulated.size(),
                                EVP_hpke_x25519_hkdf_sha256(), EVP_hpke_hkdf_sha256(),
                                EVP_hpke_aes_256_gcm(), recipient.data(), recipient.size(),
                                Data(info), info.size()) != 1) {
    return NoPublicKey();
  }
  return Seal(context.get(), std::move(encapsulated), aad, text);
}

absl::StatusOr<HpkeMessage> HpkeSealWithSeed(absl::Span<const uint8_t> recipient,
                                             absl::string_view info, absl::string_view aad,
                                             const SecretBytes& text, const SecretBytes& seed) {
  Context context;
  std::string encapsulated(kHpkeKeySize, '\0');
  size_t size = 0;
  if (EVP_HPKE_CTX_setup_sender_with_seed_for_testing(
          context.get(), Data(encapsulated), &size, encapsulated.size(),
          EVP_hpke_x25519_hkdf_sha256(), EVP_hpke_hkdf_sha256(), EVP_hpke_aes_256_gcm(),
          recipient.data(), recipient.size(), Data(info), info.size(), seed.Reveal().data(),
          seed.size()) != 1) {
    return NoPublicKey();
  }
  return Seal(context.get(), std::move(encapsulated), aad, text);
}

absl::StatusOr<SecretBytes> HpkeOpen(const SecretBytes& private_key, const HpkeMessage& message,
                                     absl::string_view info, absl::string_view aad) {
  absl::Status failed = absl::InvalidArgumentError("it was sealed to another key, or was changed");
  Key key;
  Context context;
  if (EVP_HPKE_KEY_init(key.get(), EVP_hpke_x25519_hkdf_sha256(), private_key.Reveal().data(),
                        private_key.size()) != 1 ||
      EVP_HPKE_CTX_setup_recipient(context.get(), key.get(), EVP_hpke_hkdf_sha256(),
                                   EVP_hpke_aes_256_gcm(), Data(message.encapsulated),
                                   message.encapsulated.size(), Data(info), info.size()) != 1) {
    return failed;
  }
  SecretBytes opened = SecretBytes::OfSize(message.sealed.size());
  size_t size = 0;
  if (EVP_HPKE_CTX_open(context.get(), opened.RevealForWriting().data(), &size, opened.size(),
                        Data(message.sealed), message.sealed.size(), Data(aad), aad.size()) != 1) {
    return failed;
  }
  return SecretBytes(opened.Reveal().first(size));
}

}  // namespace blindlink
