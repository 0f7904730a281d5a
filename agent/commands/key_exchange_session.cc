#include "agent/commands/key_exchange_session.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <utility>

#include "CLI/App.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/commands/key_epochs.h"
#include "blindlink/v1/key_exchange_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"

namespace blindlink::agent {
namespace {

// Asks the person at the terminal about the words. FAILED_PRECONDITION without a terminal;
// PERMISSION_DENIED unless the answer is yes.
absl::Status AskAboutWords(const std::string& site, const ExchangePublicKey& key) {
  if (isatty(STDIN_FILENO) == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the words of site ", site,
                     " are not confirmed: name a file with the words that a person "
                     "there has told you (--confirmed), or run the command at a terminal"));
  }
  absl::FPrintF(stderr,
                "Site %s, as the resolver gives its key:\n  %s\nAsk a person of that site for its "
                "words, not over the resolver. Are they the same? yes or no: ",
                site, key.Words(site));
  std::string answer;
  std::getline(std::cin, answer);
  if (absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer)) == "yes") return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("the words of site ", site, " were not confirmed: nothing was done"));
}

}  // namespace

void AddKeyExchangeFlags(CLI::App& app, KeyExchangeFlags* flags) {
  app.add_option("--project", flags->project, "Name of the project")->required()->check(IsName());
  app.add_option("--site", flags->site, "Name of this site, as in its certificate")
      ->required()
      ->check(IsName());
  AddPassphraseFlag(app);
  AddConnectionFlags(app, &flags->connection);
}

void AddExchangeKeyFlag(CLI::App& app, KeyExchangeFlags* flags) {
  app.add_option("--exchange-key", flags->exchange_key, "This site's exchange key (keys init)")
      ->required();
}

void AddConfirmedFlag(CLI::App& app, KeyExchangeFlags* flags) {
  app.add_option("--confirmed", flags->confirmed,
                 "File with the words of the other sites' exchange keys, as people there have told "
                 "them: a site's name and its words in each line [asks at the terminal]");
}

AllowedCalls KeyExchangeCalls(const ConnectionFlags& flags) {
  AllowedCalls calls(flags);
  calls.Allow(kPublishExchangeKey, &v1::KeyExchange::Stub::PublishExchangeKey)
      .Allow(kGetKeyExchange, &v1::KeyExchange::Stub::GetKeyExchange)
      .Allow(kSendKeyEnvelopes, &v1::KeyExchange::Stub::SendKeyEnvelopes)
      .Allow(kReceiveKeyEnvelopes, &v1::KeyExchange::Stub::ReceiveKeyEnvelopes)
      .Allow(kConfirmTokenKey, &v1::KeyExchange::Stub::ConfirmTokenKey);
  return calls;
}

absl::StatusOr<std::unique_ptr<KeyExchangeSession>> KeyExchangeSession::Open(
    const KeyExchangeFlags& flags, CallRelay& resolver) {
  std::unique_ptr<KeyExchangeSession> session(new KeyExchangeSession(flags, resolver));
  if (!flags.confirmed.empty()) {
    BL_ASSIGN_OR_RETURN(session->confirmed_, ConfirmedWords::Read(flags.confirmed));
  }
  v1::GetKeyExchangeRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(session->state_, resolver.Call(kGetKeyExchange, request));
  return session;
}

absl::StatusOr<v1::SiteKeyState> KeyExchangeSession::StateOf(const std::string& site) const {
  const auto found = std::find_if(state_.sites().begin(), state_.sites().end(),
                                  [&](const auto& row) { return row.site() == site; });
  if (found != state_.sites().end()) return *found;
  return absl::NotFoundError(absl::StrCat("project ", flags_.project, " has no site ", site));
}

absl::StatusOr<ExchangePublicKey> KeyExchangeSession::PublishedKey(const std::string& site) const {
  BL_ASSIGN_OR_RETURN(const v1::SiteKeyState row, StateOf(site));
  if (row.exchange_key().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("site ", site, " has published no exchange key: it runs  keys publish"));
  }
  return ExchangePublicKey::FromBytes(row.exchange_key());
}

absl::Status KeyExchangeSession::CheckOwnKey(const ExchangeKey& key) const {
  BL_ASSIGN_OR_RETURN(const ExchangePublicKey published, PublishedKey(flags_.site));
  if (published.bytes() == key.public_key().bytes()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("the resolver gives the others another key for site ", flags_.site,
                   " than the one in ", flags_.exchange_key,
                   ": --site is not this site, or the file is not the key that was "
                   "published, or somebody exchanges keys on the way. Nothing was done"));
}

absl::StatusOr<ExchangePublicKey> KeyExchangeSession::ConfirmedKey(const std::string& site) {
  BL_ASSIGN_OR_RETURN(const ExchangePublicKey key, PublishedKey(site));
  BL_RETURN_IF_ERROR(flags_.confirmed.empty() ? AskAboutWords(site, key)
                                              : confirmed_.Check(site, key));
  return key;
}

absl::Status KeyExchangeSession::Confirm(const TokenKey& token_key) {
  v1::ConfirmTokenKeyRequest request;
  request.set_project(flags_.project);
  request.set_token_key_id(token_key.KeyId(flags_.project));
  request.set_token_key_proof(token_key.ProofOf(flags_.project, flags_.site));
  BL_ASSIGN_OR_RETURN(state_, resolver_.Call(kConfirmTokenKey, request));
  absl::PrintF("%s", DescribeTokenKeys(state_, flags_.project, &token_key));
  return absl::OkStatus();
}

}  // namespace blindlink::agent
