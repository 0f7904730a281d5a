#include "agent/keys/exchange_key.h"

#include "absl/strings/str_cat.h"
#include "agent/keys/fingerprint_words.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

constexpr size_t kSigningSeedSize = 32;
constexpr char kHead[] = "blindlink-exchange-key-v1\n";

template <typename Bytes>
absl::string_view AsText(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

absl::StatusOr<ExchangePublicKey> ExchangePublicKey::FromBytes(absl::string_view bytes) {
  if (bytes.size() == kSize) return ExchangePublicKey(std::string(bytes));
  return absl::InvalidArgumentError(absl::StrCat("a public exchange key has ", kSize, " bytes"));
}

std::string ExchangePublicKey::Fingerprint(absl::string_view site) const {
  std::string text;
  AppendText32("blindlink/v1 exchange key", &text);
  AppendText32(site, &text);
  AppendText32(bytes_, &text);
  return std::string(AsView(Sha256Of(text)));
}

std::string ExchangePublicKey::Words(absl::string_view site) const {
  return FingerprintWordsOf(Fingerprint(site).substr(0, kWords));
}

absl::Status ExchangeKey::Generate(const std::filesystem::path& file, KeyForm form) {
  return GenerateKeyFile(file, kHead, form);
}

absl::StatusOr<ExchangeKey> ExchangeKey::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const SecretBytes seed,
                      ReadKeyFile(file, kHead,
                                  "restore it from a backup, or make and publish a new one "
                                  "(keys init, keys publish --replace)"));
  return ExchangeKey(seed);
}

ExchangeKey::ExchangeKey(const SecretBytes& seed)
    : sealing_key_(HkdfSha256(seed.Reveal(), "", "blindlink/v1 exchange sealing", kHpkeKeySize)),
      signer_(HkdfSha256(seed.Reveal(), "", "blindlink/v1 exchange signing", kSigningSeedSize)),
      public_key_(
          absl::StrCat(AsText(HpkePublicKeyOf(sealing_key_)), AsText(signer_.public_key()))) {}

std::string ExchangeKey::Sign(absl::string_view message) const {
  const Ed25519Signature signature = signer_.Sign(message);
  return {signature.begin(), signature.end()};
}

}  // namespace blindlink::agent
