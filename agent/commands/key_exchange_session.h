#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/commands/relayed_calls.h"
#include "agent/keys/confirmed_words.h"
#include "agent/keys/exchange_key.h"
#include "agent/keys/key_envelope.h"
#include "agent/keys/token_key.h"
#include "blindlink/v1/key_exchange_service.pb.h"
#include "common/rpc/client.h"

namespace CLI {
class App;
}

namespace blindlink::agent {

// The flags that the commands of the key exchange share.
struct KeyExchangeFlags {
  ConnectionFlags connection;
  std::string project;
  std::string site;
  std::string exchange_key;
  std::string confirmed;
};

// Adds --project, --site, --passphrase-file and those of the connection. `flags` must outlive
// `app`.
void AddKeyExchangeFlags(CLI::App& app, KeyExchangeFlags* flags);
void AddExchangeKeyFlag(CLI::App& app, KeyExchangeFlags* flags);
void AddConfirmedFlag(CLI::App& app, KeyExchangeFlags* flags);

// The calls of the exchange, and all of them as what the half with the network may make.
inline constexpr RelayedCall<v1::PublishExchangeKeyRequest, v1::KeyExchangeState>
    kPublishExchangeKey{1};
inline constexpr RelayedCall<v1::GetKeyExchangeRequest, v1::KeyExchangeState> kGetKeyExchange{2};
inline constexpr RelayedCall<v1::SendKeyEnvelopesRequest, v1::KeyExchangeState> kSendKeyEnvelopes{
    3};
inline constexpr RelayedCall<v1::GetKeyExchangeRequest, v1::ReceiveKeyEnvelopesResponse>
    kReceiveKeyEnvelopes{4};
inline constexpr RelayedCall<v1::ConfirmTokenKeyRequest, v1::KeyExchangeState> kConfirmTokenKey{5};
AllowedCalls KeyExchangeCalls(const ConnectionFlags& flags);

// A site's part in the exchange of a project's token key, in the half that is offline. Errors of
// the calls are the resolver's.
class KeyExchangeSession {
 public:
  // Asks how far the exchange is. `resolver` must outlive the session.
  static absl::StatusOr<std::unique_ptr<KeyExchangeSession>> Open(const KeyExchangeFlags& flags,
                                                                  CallRelay& resolver);

  CallRelay& resolver() { return resolver_; }
  const v1::KeyExchangeState& state() const { return state_; }
  void set_state(v1::KeyExchangeState state) { state_ = std::move(state); }

  // What the resolver says of a site. NOT_FOUND.
  absl::StatusOr<v1::SiteKeyState> StateOf(const std::string& site) const;
  // The key that the resolver gives for the site. FAILED_PRECONDITION if none is published.
  absl::StatusOr<ExchangePublicKey> PublishedKey(const std::string& site) const;
  // PERMISSION_DENIED if the resolver gives others another key for this site than `key`.
  absl::Status CheckOwnKey(const ExchangeKey& key) const;
  // The key that the resolver gives for another site, if a person has confirmed its words: in
  // --confirmed, or now at the terminal. Errors as ConfirmedWords::Check.
  absl::StatusOr<ExchangePublicKey> ConfirmedKey(const std::string& site);

  // States at the resolver that this site holds the token key, and prints how far the others are.
  absl::Status Confirm(const TokenKey& token_key);

 private:
  KeyExchangeSession(const KeyExchangeFlags& flags, CallRelay& resolver)
      : flags_(flags), resolver_(resolver) {}

  const KeyExchangeFlags flags_;
  CallRelay& resolver_;
  v1::KeyExchangeState state_;
  ConfirmedWords confirmed_;
};

}  // namespace blindlink::agent
