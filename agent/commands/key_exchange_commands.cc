#include "agent/commands/key_exchange_commands.h"

#include <algorithm>
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
#include "agent/commands/key_exchange_session.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/crypto/key_file.h"
#include "common/rpc/unary_call.h"

namespace blindlink::agent {
namespace {

struct KeysFlags {
  KeyExchangeFlags exchange;
  std::string token_key;
  std::string out;
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

absl::Status Publish(const KeysFlags& flags) {
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(flags.exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange));
  v1::PublishExchangeKeyRequest request;
  request.set_project(flags.exchange.project);
  request.set_exchange_key(key.public_key().bytes());
  request.set_replace(flags.replace);
  BL_ASSIGN_OR_RETURN(
      v1::KeyExchangeState state,
      UnaryCall(session->stub(), &v1::KeyExchange::Stub::PublishExchangeKey, request));
  session->set_state(std::move(state));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  absl::PrintF(
      "Published. The words of this site, to tell people of the other sites by telephone or in "
      "person:\n%s %s\n",
      flags.exchange.site, key.public_key().Words(flags.exchange.site));
  return absl::OkStatus();
}

absl::Status List(const KeysFlags& flags) {
  std::optional<TokenKey> token_key;
  if (!flags.token_key.empty()) {
    BL_ASSIGN_OR_RETURN(token_key, TokenKey::Read(flags.token_key));
  }
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange));
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

// The sites to seal to: those of --to, or all others that have published a key and hold no token
// key.
std::vector<std::string> Recipients(const KeysFlags& flags, const v1::KeyExchangeState& state) {
  if (!flags.to.empty()) return flags.to;
  std::vector<std::string> sites;
  for (const v1::SiteKeyState& site : state.sites()) {
    const bool waits = !site.exchange_key().empty() && site.token_key_id().empty();
    if (waits && site.site() != flags.exchange.site) sites.push_back(site.site());
  }
  return sites;
}

absl::Status CheckProjectsKey(const std::string& id, const v1::KeyExchangeState& state,
                              const std::string& what) {
  if (state.token_key_id().empty() || state.token_key_id() == id) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(what, " has the id ", HexEncode(id), ", but the project's token key is ",
                   HexEncode(state.token_key_id()), " (bound by ", state.token_key_bound_by(),
                   "): tokens of the two would never meet"));
}

absl::Status Seal(const KeysFlags& flags) {
  const KeyExchangeFlags& exchange = flags.exchange;
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(exchange));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  BL_RETURN_IF_ERROR(
      CheckProjectsKey(token_key.KeyId(exchange.project), session->state(), flags.token_key));
  v1::SendKeyEnvelopesRequest request;
  request.set_project(exchange.project);
  for (const std::string& site : Recipients(flags, session->state())) {
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
    BL_RETURN_IF_ERROR(
        UnaryCall(session->stub(), &v1::KeyExchange::Stub::SendKeyEnvelopes, request).status());
  }
  for (const auto& sent : request.envelopes()) {
    absl::PrintF("Sealed to %s.\n", sent.recipient());
  }
  return session->Confirm(token_key);
}

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

// The one key in all envelopes that can be opened; the first error if there is none.
absl::StatusOr<TokenKey> OpenAll(const v1::ReceiveKeyEnvelopesResponse& received,
                                 const KeyExchangeFlags& exchange, const ExchangeKey& key,
                                 KeyExchangeSession& session) {
  absl::StatusOr<TokenKey> result = absl::FailedPreconditionError(
      "no envelope waits for this site: a site that holds the token key runs  keys seal");
  bool is_first = true;
  for (const auto& waiting : received.envelopes()) {
    absl::StatusOr<TokenKey> opened = OpenOne(waiting, exchange, key, session);
    if (!opened.ok()) {
      absl::FPrintF(stderr, "note: not used: %s\n", opened.status().message());
    } else if (result.ok() && result->KeyId(exchange.project) != opened->KeyId(exchange.project)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the sites have sent different token keys, ", waiting.sender(),
                       " another than those before: they must agree on one"));
    }
    if (is_first || opened.ok()) result = std::move(opened);
    is_first = false;
  }
  return result;
}

// Writes the key to a new file. A file that holds the same key is left as it is.
absl::Status Keep(const TokenKey& token_key, const KeysFlags& flags) {
  absl::Status written = token_key.Write(flags.out);
  if (absl::IsAlreadyExists(written)) {
    BL_ASSIGN_OR_RETURN(const TokenKey before, TokenKey::Read(flags.out));
    if (before.KeyId(flags.exchange.project) == token_key.KeyId(flags.exchange.project)) {
      return absl::OkStatus();
    }
    return written;
  }
  BL_RETURN_IF_ERROR(written);
  return flags.protect ? ProtectKeyFile(flags.out) : absl::OkStatus();
}

absl::Status Receive(const KeysFlags& flags) {
  const KeyExchangeFlags& exchange = flags.exchange;
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(exchange.exchange_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(exchange));
  BL_RETURN_IF_ERROR(session->CheckOwnKey(key));
  v1::GetKeyExchangeRequest request;
  request.set_project(exchange.project);
  BL_ASSIGN_OR_RETURN(
      const v1::ReceiveKeyEnvelopesResponse received,
      UnaryCall(session->stub(), &v1::KeyExchange::Stub::ReceiveKeyEnvelopes, request));
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, OpenAll(received, exchange, key, *session));
  BL_RETURN_IF_ERROR(CheckProjectsKey(token_key.KeyId(exchange.project), session->state(),
                                      "the token key in the envelope"));
  BL_RETURN_IF_ERROR(Keep(token_key, flags));
  absl::PrintF("Wrote the token key to %s.\n", flags.out);
  return session->Confirm(token_key);
}

absl::Status ConfirmKey(const KeysFlags& flags) {
  BL_ASSIGN_OR_RETURN(const TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_ASSIGN_OR_RETURN(const auto session, KeyExchangeSession::Open(flags.exchange));
  return session->Confirm(token_key);
}

Command AddPublishCommand(CLI::App& group) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(group, "publish", "Give the resolver this site's public key",
                                     "--exchange-key exchange.key", flags.get());
  AddExchangeKeyFlag(*command, &flags->exchange);
  command->add_flag("--replace", flags->replace,
                    "Replace a key that was published before: the other sites must compare again");
  return {command, [flags] { return Publish(*flags); }};
}

Command AddListCommand(CLI::App& group) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command =
      AddKeysCommand(group, "list", "Show every site's words and which token key it holds",
                     "--token-key token.key", flags.get());
  command->add_option("--token-key", flags->token_key,
                      "The token key's file: also check who proves to hold the same");
  AddJsonFlag(*command, "the exchange as the resolver has it", &flags->json);
  return {command, [flags] { return List(*flags); }};
}

Command AddSealCommand(CLI::App& group) {
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
                   "Only to this site (repeat) [all that published a key and hold no token key]")
      ->check(IsName());
  return {command, [flags] { return Seal(*flags); }};
}

Command AddReceiveCommand(CLI::App& group) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(
      group, "receive", "Take the token key that another site has sealed to this one",
      "--exchange-key exchange.key \\\n      --out token.key --confirmed words.txt", flags.get());
  AddExchangeKeyFlag(*command, &flags->exchange);
  AddConfirmedFlag(*command, &flags->exchange);
  command->add_option("--out", flags->out, "New file for the token key (mode 0600)")->required();
  command->add_flag("--protect", flags->protect, "Encipher the file under a passphrase");
  return {command, [flags] { return Receive(*flags); }};
}

Command AddConfirmCommand(CLI::App& group) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = AddKeysCommand(
      group, "confirm", "Tell the resolver which token key this site holds, not the key itself",
      "--token-key token.key", flags.get());
  command->add_option("--token-key", flags->token_key, "The token key's file")->required();
  return {command, [flags] { return ConfirmKey(*flags); }};
}

}  // namespace

std::vector<Command> AddKeyExchangeCommands(CLI::App& group) {
  return {AddPublishCommand(group), AddListCommand(group), AddSealCommand(group),
          AddReceiveCommand(group), AddConfirmCommand(group)};
}

}  // namespace blindlink::agent
