#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/keys/confirmed_words.h"
#include "agent/keys/exchange_key.h"
#include "agent/keys/key_envelope.h"
#include "agent/keys/token_key.h"
#include "blindlink/v1/key_exchange_service.grpc.pb.h"
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

// A site's part in the exchange of a project's token key. Errors of the calls are the resolver's.
class KeyExchangeSession {
 public:
  // Connects and asks how far the exchange is.
  static absl::StatusOr<std::unique_ptr<KeyExchangeSession>> Open(const KeyExchangeFlags& flags);

  v1::KeyExchange::Stub& stub() { return *stub_; }
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
  explicit KeyExchangeSession(const KeyExchangeFlags& flags) : flags_(flags) {}

  const KeyExchangeFlags flags_;
  std::unique_ptr<v1::KeyExchange::Stub> stub_;
  v1::KeyExchangeState state_;
  ConfirmedWords confirmed_;
};

}  // namespace blindlink::agent
