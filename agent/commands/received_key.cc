#include "agent/commands/received_key.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/commands/key_epochs.h"
#include "agent/keys/key_envelope.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// Opens one envelope, whose sender must be confirmed.
absl::StatusOr<TokenKey> OpenOne(const v1::ReceiveKeyEnvelopesResponse::Waiting& waiting,
                                 const KeyExchangeFlags& exchange, const ExchangeKey& key,
                                 KeyExchangeSession& session) {
  BL_ASSIGN_OR_RETURN(ExchangePublicKey sender_key, session.ConfirmedKey(waiting.sender()));
  v1::KeyEnvelope envelope;
  if (!envelope.ParseFromString(waiting.envelope())) {
    return absl::PermissionDeniedError(
        absl::StrCat("the envelope from ", waiting.sender(), " is damaged"));
  }
  return OpenEnvelope(
      envelope,
      {exchange.project, waiting.sender(), exchange.site, std::move(sender_key), key.public_key()},
      key);
}

struct Opened {
  std::string sender;
  TokenKey key;
};

// The one key of the newest epoch of which there is a key; `all` must not be empty.
absl::StatusOr<TokenKey> TheOneKey(std::vector<Opened> all, const std::string& project,
                                   const v1::KeyExchangeState& state) {
  const auto epoch_of = [&](const Opened& one) { return EpochOf(state, one.key.KeyId(project)); };
  const auto newest =
      std::max_element(all.begin(), all.end(),
                       [&](const Opened& a, const Opened& b) { return epoch_of(a) < epoch_of(b); });
  for (const Opened& one : all) {
    if (one.key.KeyId(project) == newest->key.KeyId(project)) continue;
    if (epoch_of(one) == epoch_of(*newest)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the sites have sent different token keys, ", one.sender, " another than ",
                       newest->sender, ": they must agree on one"));
    }
    absl::FPrintF(stderr,
                  "note: not used: the token key from %s, which is not that of the newest epoch\n",
                  one.sender);
  }
  return std::move(newest->key);
}

}  // namespace

absl::StatusOr<TokenKey> OpenReceived(const v1::ReceiveKeyEnvelopesResponse& received,
                                      const KeyExchangeFlags& exchange, const ExchangeKey& key,
                                      KeyExchangeSession& session) {
  absl::Status first_error = absl::FailedPreconditionError(
      "no envelope waits for this site: a site that holds the token key runs  keys seal");
  std::vector<Opened> all;
  for (const auto& waiting : received.envelopes()) {
    absl::StatusOr<TokenKey> key_or = OpenOne(waiting, exchange, key, session);
    if (key_or.ok()) {
      all.push_back({waiting.sender(), *std::move(key_or)});
      continue;
    }
    absl::FPrintF(stderr, "note: not used: %s\n", key_or.status().message());
    if (&waiting == &received.envelopes(0)) first_error = key_or.status();
  }
  if (all.empty()) return first_error;
  return TheOneKey(std::move(all), exchange.project, session.state());
}

}  // namespace blindlink::agent
