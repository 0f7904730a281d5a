#include "agent/keys/key_envelope.h"

#include "absl/strings/str_cat.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/ed25519.h"
#include "common/crypto/hpke.h"

namespace blindlink::agent {
namespace {

constexpr uint32_t kVersion = 1;
constexpr char kInfo[] = "blindlink/v1 key envelope";

absl::Span<const uint8_t> Bytes(absl::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Everything but the sealed key and the signature: what HPKE authenticates.
v1::KeyEnvelope Unsealed(const EnvelopeParties& parties, const std::string& token_key_id) {
  v1::KeyEnvelope envelope;
  envelope.set_version(kVersion);
  envelope.set_project(parties.project);
  envelope.set_sender(parties.sender);
  envelope.set_recipient(parties.recipient);
  envelope.set_token_key_id(token_key_id);
  envelope.set_sender_fingerprint(parties.sender_key.Fingerprint(parties.sender));
  envelope.set_recipient_fingerprint(parties.recipient_key.Fingerprint(parties.recipient));
  return envelope;
}

std::string AadOf(const v1::KeyEnvelope& envelope) {
  std::string aad;
  AppendText32(kInfo, &aad);
  for (const std::string* part :
       {&envelope.project(), &envelope.sender(), &envelope.recipient(), &envelope.token_key_id(),
        &envelope.sender_fingerprint(), &envelope.recipient_fingerprint()}) {
    AppendText32(*part, &aad);
  }
  return aad;
}

std::string SignedTextOf(const v1::KeyEnvelope& envelope) {
  std::string text = AadOf(envelope);
  AppendText32(envelope.encapsulated(), &text);
  AppendText32(envelope.sealed(), &text);
  return text;
}

absl::StatusOr<v1::KeyEnvelope> Finish(v1::KeyEnvelope envelope,
                                       absl::StatusOr<HpkeMessage> message,
                                       const ExchangeKey& key) {
  if (!message.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the exchange key of site ", envelope.recipient(),
                     " cannot be used: ", message.status().message()));
  }
  envelope.set_encapsulated(message->encapsulated);
  envelope.set_sealed(message->sealed);
  envelope.set_signature(key.Sign(SignedTextOf(envelope)));
  return envelope;
}

absl::Status Refuse(const EnvelopeParties& parties, absl::string_view why) {
  return absl::PermissionDeniedError(
      absl::StrCat("the envelope from ", parties.sender, " ", why,
                   ": it is not used. Compare the words of both sites again (keys list); if they "
                   "are right, ask ",
                   parties.sender, " to seal the key again"));
}

// Whether what surrounds the sealed key is as it must be.
absl::Status CheckOutside(const v1::KeyEnvelope& envelope, const EnvelopeParties& parties) {
  if (envelope.version() != kVersion) {
    return Refuse(parties, "is of a version that this program does not know");
  }
  const v1::KeyEnvelope wanted = Unsealed(parties, envelope.token_key_id());
  if (envelope.project() != wanted.project() || envelope.sender() != wanted.sender() ||
      envelope.recipient() != wanted.recipient()) {
    return Refuse(parties, "is for another project or between other sites");
  }
  if (envelope.recipient_fingerprint() != wanted.recipient_fingerprint()) {
    return Refuse(parties, "was sealed to another key than this site's");
  }
  if (envelope.sender_fingerprint() != wanted.sender_fingerprint()) {
    return Refuse(parties, "was sealed with another key than the one whose words were confirmed");
  }
  if (!IsSignedBy(parties.sender_key.signing_key(), SignedTextOf(envelope), envelope.signature())) {
    return Refuse(parties, "is not signed by that site");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::KeyEnvelope> SealTokenKey(const TokenKey& token_key,
                                             const EnvelopeParties& parties,
                                             const ExchangeKey& key) {
  v1::KeyEnvelope envelope = Unsealed(parties, token_key.KeyId(parties.project));
  auto message = HpkeSeal(Bytes(parties.recipient_key.sealing_key()), kInfo, AadOf(envelope),
                          token_key.RevealForSealing());
  return Finish(std::move(envelope), std::move(message), key);
}

absl::StatusOr<v1::KeyEnvelope> SealTokenKeyWithSeed(const TokenKey& token_key,
                                                     const EnvelopeParties& parties,
                                                     const ExchangeKey& key,
                                                     const SecretBytes& seed) {
  v1::KeyEnvelope envelope = Unsealed(parties, token_key.KeyId(parties.project));
  auto message = HpkeSealWithSeed(Bytes(parties.recipient_key.sealing_key()), kInfo,
                                  AadOf(envelope), token_key.RevealForSealing(), seed);
  return Finish(std::move(envelope), std::move(message), key);
}

absl::StatusOr<TokenKey> OpenEnvelope(const v1::KeyEnvelope& envelope,
                                      const EnvelopeParties& parties, const ExchangeKey& key) {
  BL_RETURN_IF_ERROR(CheckOutside(envelope, parties));
  absl::StatusOr<SecretBytes> opened = HpkeOpen(
      key.sealing_key(), {envelope.encapsulated(), envelope.sealed()}, kInfo, AadOf(envelope));
  if (!opened.ok()) return Refuse(parties, "cannot be opened");
  absl::StatusOr<TokenKey> token_key = TokenKey::FromSealed(*std::move(opened));
  if (!token_key.ok()) return Refuse(parties, "holds no key that can be used");
  if (token_key->KeyId(parties.project) != envelope.token_key_id()) {
    return Refuse(parties, "holds another key than it says");
  }
  return token_key;
}

}  // namespace blindlink::agent
