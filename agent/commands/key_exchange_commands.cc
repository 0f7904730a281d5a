#include "agent/commands/key_exchange_commands.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/commands/key_epochs.h"
#include "agent/commands/key_exchange_session.h"
#include "agent/commands/received_key.h"
#include "agent/commands/relayed_calls.h"
#include "agent/keys/destroyed_keys.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/crypto/key_file.h"

namespace blindlink::agent {
namespace {

struct KeysFlags {
  KeyExchangeFlags exchange;
  std::string token_key;
  std::string out;
  std::string state;
  std::vector<std::string> to;
  bool replace = false;
  bool protect = false;
  std::string json;
};

constexpr char kConnectionExample[] =
    "--resolver center:7443 \\\n      --cert general.pem --key general.key --ca ca.pem";

// Adds a command with the flags that all of them share.
CLI::App* AddKeysCommand(CLI::App& group, const std::string& name, const std::string& help,
                         const std::string& example, KeysFlags* flags) {
  CLI::App* command = group.add_subcommand(name, help);
  AddKeyExchangeFlags(*command, &flags->exchange);
  command->footer(absl::StrCat("Example:\n  blindlink-agent keys ", name,
                               " --project flu --site general ", example, " \\\n      ",
                               kConnectionExample));
  return command;
}

void AddStateFlag(CLI::App& command, KeysFlags* flags) {
  command.add_option("--state", flags->state,
                     "This site's folder: refuse a token key that was destroyed here");
}

absl::Status Publish(const KeysFlags& flags, CallRelay& resolver) {
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(flags.exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange, resolver));
  v1::PublishExchangeKeyRequest request;
  request.set_project(flags.exchange.project);
  request.set_exchange_key(key.public_key().bytes());
  request.set_replace(flags.replace);
  BL_ASSIGN_OR_RETURN(v1::KeyExchangeState state,
                      session->resolver().Call(kPublishExchangeKey, request));
  session->set_state(std::move(state));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  absl::PrintF(
      "Published. The words of this site, to tell people of the other sites by telephone or in "
      "person:\n%s %s\n",
      flags.exchange.site, key.public_key().Words(flags.exchange.site));
  if (flags.replace) {
    absl::PrintF(
        "Other sites seal the token key to this one again. If it still has that key: keys "
        "confirm.\n");
  }
  return absl::OkStatus();
}

absl::Status List(const KeysFlags& flags, CallRelay& resolver) {
  std::optional<TokenKey> token_key;
  if (!flags.token_key.empty()) {
    BL_ASSIGN_OR_RETURN(token_key, TokenKey::Read(flags.token_key));
  }
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange, resolver));
  std::string text = absl::StrCat("# Exchange keys of project ", flags.exchange.project,
                                  " as the resolver gives them. A person of each site must say its "
                                  "words, not over the resolver.\n");
  for (const v1::SiteKeyState& site : session->state().sites()) {
    if (site.exchange_key().empty()) continue;
    BL_ASSIGN_OR_RETURN(const ExchangePublicKey key, session->PublishedKey(site.site()));
    absl::StrAppend(&text, site.site(), " ", key.Words(site.site()), "\n");
  }
  absl::StrAppend(&text, "\n",
                  DescribeTokenKeys(session->state(), flags.exchange.project,
                                    token_key.has_value() ? &*token_key : nullptr));
  return PrintAnswer(text, session->state(), flags.json);
}

// FAILED_PRECONDITION if this site has destroyed the key, as far as --state tells.
absl::Status CheckNotDestroyed(const KeysFlags& flags, const TokenKey& token_key) {
  if (flags.state.empty()) return absl::OkStatus();
  const std::string& project = flags.exchange.project;
  return DestroyedKeys(flags.state).CheckUsable(project, token_key.KeyId(project));
}

absl::Status Seal(const KeysFlags& flags, CallRelay& resolver) {
  const KeyExchangeFlags& exchange = flags.exchange;
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_RETURN_IF_ERROR(CheckNotDestroyed(flags, token_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(exchange, resolver));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  const std::string id = token_key.KeyId(exchange.project);
  BL_RETURN_IF_ERROR(CheckBelongs(session->state(), id, flags.token_key));
  v1::SendKeyEnvelopesRequest request;
  request.set_project(exchange.project);
  for (const std::string& site :
       flags.to.empty() ? SitesThatNeed(session->state(), exchange.site, id) : flags.to) {
    BL_ASSIGN_OR_RETURN(ExchangePublicKey recipient_key, session->ConfirmedKey(site));
    const EnvelopeParties parties{exchange.project, exchange.site, site, key.public_key(),
                                  std::move(recipient_key)};
    BL_ASSIGN_OR_RETURN(const v1::KeyEnvelope envelope, SealTokenKey(token_key, parties, key));
    v1::OutgoingKeyEnvelope& outgoing = *request.add_envelopes();
    outgoing.set_recipient(site);
    outgoing.set_envelope(envelope.SerializeAsString());
  }
  if (request.envelopes().empty()) {
    absl::PrintF("No site waits for the token key.\n");
  } else {
    BL_RETURN_IF_ERROR(session->resolver().Call(kSendKeyEnvelopes, request).status());
  }
  for (const auto& sent : request.envelopes()) {
    absl::PrintF("Sealed to %s.\n", sent.recipient());
  }
  return session->Confirm(token_key);
}

// Writes the key to a new file. A file that holds the same key is left as it is.
absl::Status Keep(const TokenKey& token_key, const KeysFlags& flags) {
  absl::Status written =
      token_key.Write(flags.out, flags.protect ? KeyForm::kUnderPassphrase : KeyForm::kClear);
  if (absl::IsAlreadyExists(written)) {
    BL_ASSIGN_OR_RETURN(const TokenKey before, TokenKey::Read(flags.out));
    if (before.KeyId(flags.exchange.project) == token_key.KeyId(flags.exchange.project)) {
      return absl::OkStatus();
    }
  }
  return written;
}

absl::Status Receive(const KeysFlags& flags, CallRelay& resolver) {
  const KeyExchangeFlags& exchange = flags.exchange;
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(exchange, resolver));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  v1::GetKeyExchangeRequest request;
  request.set_project(exchange.project);
  BL_ASSIGN_OR_RETURN(const v1::ReceiveKeyEnvelopesResponse received,
                      session->resolver().Call(kReceiveKeyEnvelopes, request));
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, OpenReceived(received, exchange, key, *session));
  BL_RETURN_IF_ERROR(CheckNotDestroyed(flags, token_key));
  BL_RETURN_IF_ERROR(CheckBelongs(session->state(), token_key.KeyId(exchange.project),
                                  "the token key in the envelope"));
  BL_RETURN_IF_ERROR(Keep(token_key, flags));
  absl::PrintF("Wrote the token key to %s.\n", flags.out);
  return session->Confirm(token_key);
}

absl::Status ConfirmKey(const KeysFlags& flags, CallRelay& resolver) {
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_RETURN_IF_ERROR(CheckNotDestroyed(flags, token_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange, resolver));
  return session->Confirm(token_key);
}

// `work` reads keys, so it is what the half that is offline does.
Command InTwoHalves(CLI::App* command, std::shared_ptr<KeysFlags> flags,
                    absl::Status (*work)(const KeysFlags&, CallRelay&),
                    const bool* offline_required) {
  return {command, [flags = std::move(flags), work, offline_required] {
            return RunInTwoHalves(KeyExchangeCalls(flags->exchange.connection), *offline_required,
                                  [&](CallRelay& resolver) { return work(*flags, resolver); });
          }};
}

Command AddPublishCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(group, "publish", "Give the resolver this site's public key",
                                     "--exchange-key exchange.key", flags.get());
  AddExchangeKeyFlag(*command, &flags->exchange);
  command->add_flag("--replace", flags->replace,
                    "Replace a key that was published before: the other sites must compare again");
  return InTwoHalves(command, std::move(flags), &Publish, offline_required);
}

Command AddListCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command =
      AddKeysCommand(group, "list", "Show every site's words and which token key it holds",
                     "--token-key token.key", flags.get());
  command->add_option("--token-key", flags->token_key,
                      "The token key's file: also check who proves to hold the same");
  AddJsonFlag(*command, "the exchange as the resolver has it", &flags->json);
  return InTwoHalves(command, std::move(flags), &List, offline_required);
}

Command AddSealCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(
      group, "seal", "Send the token key to the sites that lack it; the resolver cannot read it",
      "--exchange-key exchange.key \\\n      --token-key token.key --confirmed words.txt",
      flags.get());
  AddExchangeKeyFlag(*command, &flags->exchange);
  AddConfirmedFlag(*command, &flags->exchange);
  command->add_option("--token-key", flags->token_key, "The token key's file")->required();
  command
      ->add_option("--to", flags->to,
                   "Only to this site (repeat) [all that published a key and do not hold this "
                   "token key, nor that of a newer epoch]")
      ->check(IsName());
  AddStateFlag(*command, flags.get());
  return InTwoHalves(command, std::move(flags), &Seal, offline_required);
}

Command AddReceiveCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(
      group, "receive", "Take the token key that another site has sealed to this one",
      "--exchange-key exchange.key \\\n      --out token.key --confirmed words.txt", flags.get());
  AddExchangeKeyFlag(*command, &flags->exchange);
  AddConfirmedFlag(*command, &flags->exchange);
  command->add_option("--out", flags->out, "New file for the token key (mode 0600)")->required();
  command->add_flag("--protect", flags->protect, "Encipher the file under a passphrase");
  AddStateFlag(*command, flags.get());
  return InTwoHalves(command, std::move(flags), &Receive, offline_required);
}

Command AddConfirmCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(
      group, "confirm", "Tell the resolver which token key this site holds, not the key itself",
      "--token-key token.key", flags.get());
  command->add_option("--token-key", flags->token_key, "The token key's file")->required();
  AddStateFlag(*command, flags.get());
  return InTwoHalves(command, std::move(flags), &ConfirmKey, offline_required);
}

}  // namespace

std::vector<Command> AddKeyExchangeCommands(CLI::App& group, const bool* offline_required) {
  return {AddPublishCommand(group, offline_required), AddListCommand(group, offline_required),
          AddSealCommand(group, offline_required), AddReceiveCommand(group, offline_required),
          AddConfirmCommand(group, offline_required)};
}

}  // namespace blindlink::agent
