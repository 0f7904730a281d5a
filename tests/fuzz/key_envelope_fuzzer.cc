// Any bytes as an envelope: refused, unless nothing but what the format leaves open was changed.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "agent/keys/key_envelope.h"
#include "common/crypto/sha256.h"

namespace {

using namespace blindlink;         // NOLINT(google-build-using-namespace)
using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)

ExchangeKey KeyOf(const char* name) {
  return ExchangeKey::FromSeed(SecretBytes(absl::MakeConstSpan(Sha256Of(name))));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const ExchangeKey& north = *new ExchangeKey(KeyOf("north"));
  static const ExchangeKey& south = *new ExchangeKey(KeyOf("south"));
  static const EnvelopeParties& parties =
      *new EnvelopeParties{"flu", "north", "south", north.public_key(), south.public_key()};
  v1::KeyEnvelope envelope;
  if (!envelope.ParseFromArray(data, static_cast<int>(size))) return 0;
  // Nobody but north can sign.
  if (OpenEnvelope(envelope, parties, south).ok()) std::abort();
  // With a good signature the inside is reached.
  v1::KeyEnvelope sealed = *SealTokenKey(TokenKey::OfPublishedVectors(), parties, north);
  sealed.MergeFrom(envelope);
  const auto opened = OpenEnvelope(sealed, parties, south);
  if (opened.ok() && opened->KeyId("flu") != TokenKey::OfPublishedVectors().KeyId("flu")) {
    std::abort();
  }
  return 0;
}
