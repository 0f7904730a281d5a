#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/keys/exchange_key.h"
#include "agent/keys/token_key.h"
#include "blindlink/v1/key_envelope.pb.h"

namespace blindlink::agent {

// Seals a token key from one site to another so that nobody between them can read or change it, or
// send one of their own (docs/formats/key_envelope.md). Whether the public keys are really those of
// the sites is for people to compare. Thread-safe.

// Who sends to whom, and with which keys.
struct EnvelopeParties {
  std::string project;
  std::string sender;  // sites
  std::string recipient;
  ExchangePublicKey sender_key;
  ExchangePublicKey recipient_key;
};

// `key` must be that of `parties.sender_key`. INVALID_ARGUMENT if the recipient's key is not
// usable.
absl::StatusOr<v1::KeyEnvelope> SealTokenKey(const TokenKey& token_key,
                                             const EnvelopeParties& parties,
                                             const ExchangeKey& key);
// The same with a fixed ephemeral key: for test vectors only.
absl::StatusOr<v1::KeyEnvelope> SealTokenKeyWithSeed(const TokenKey& token_key,
                                                     const EnvelopeParties& parties,
                                                     const ExchangeKey& key,
                                                     const SecretBytes& seed);

// `key` must be that of `parties.recipient_key`. PERMISSION_DENIED, with words for the person, if
// the envelope is not from these parties with these keys for this project, is not signed by the
// sender, was changed, or holds another key than it says.
absl::StatusOr<TokenKey> OpenEnvelope(const v1::KeyEnvelope& envelope,
                                      const EnvelopeParties& parties, const ExchangeKey& key);

}  // namespace blindlink::agent
