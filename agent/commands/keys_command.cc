#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_format.h"
#include "agent/commands/commands.h"
#include "agent/commands/key_exchange_commands.h"
#include "agent/keys/exchange_key.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/crypto/key_file.h"

namespace blindlink::agent {
namespace {

struct ExchangeKeyFlags {
  std::string site;
  std::string exchange_key;
  bool protect = false;
};

// The form that --confirmed takes.
absl::Status PrintWords(const ExchangeKeyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const ExchangeKey key, ExchangeKey::Read(flags.exchange_key));
  absl::PrintF("%s %s\n", flags.site, key.public_key().Words(flags.site));
  return absl::OkStatus();
}

absl::Status Init(const ExchangeKeyFlags& flags) {
  BL_RETURN_IF_ERROR(ExchangeKey::Generate(
      flags.exchange_key, flags.protect ? KeyForm::kUnderPassphrase : KeyForm::kClear));
  return PrintWords(flags);
}

void AddExchangeKeyFlags(CLI::App& app, ExchangeKeyFlags* flags) {
  app.add_option("--site", flags->site, "Name of this site, as in its certificate")
      ->required()
      ->check(IsName());
  AddPassphraseFlag(app);
}

Command AddInitCommand(CLI::App& group) {
  auto flags = std::make_shared<ExchangeKeyFlags>();
  CLI::App* command = group.add_subcommand(
      "init", "Make this site's exchange key, to which other sites seal token keys");
  command
      ->add_option("--exchange-key", flags->exchange_key,
                   "New file for the key (mode 0600); never overwritten")
      ->required();
  AddExchangeKeyFlags(*command, flags.get());
  command->add_flag("--protect", flags->protect, "Encipher the file under a passphrase");
  command->footer(
      "Example:\n  blindlink-agent keys init --site general --exchange-key exchange.key");
  return {command, [flags] { return Init(*flags); }};
}

Command AddWordsCommand(CLI::App& group) {
  auto flags = std::make_shared<ExchangeKeyFlags>();
  CLI::App* command = group.add_subcommand(
      "words", "Print the words of this site's exchange key, to tell people of the other sites");
  command->add_option("--exchange-key", flags->exchange_key, "The key's file")->required();
  AddExchangeKeyFlags(*command, flags.get());
  command->footer(
      "Example:\n  blindlink-agent keys words --site general --exchange-key exchange.key");
  return {command, [flags] { return PrintWords(*flags); }};
}

absl::Status Protect(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    BL_RETURN_IF_ERROR(ProtectKeyFile(file));
    absl::PrintF("%s is under the passphrase now.\n", file);
  }
  return absl::OkStatus();
}

absl::Status Unprotect(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    BL_RETURN_IF_ERROR(UnprotectKeyFile(file));
    absl::PrintF("%s is in the clear now.\n", file);
  }
  return absl::OkStatus();
}

Command AddFilesCommand(CLI::App& group, const std::string& name, const std::string& help,
                        absl::Status (*run)(const std::vector<std::string>&)) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* command = group.add_subcommand(name, help);
  command->add_option("files", *files, "Key files: of a token, record, exchange or index key")
      ->required();
  AddPassphraseFlag(*command);
  command->footer("Example:\n  blindlink-agent keys " + name + " token.key state/record.key");
  return {command, [files, run] { return run(*files); }};
}

}  // namespace

std::vector<AgentCommand> AddKeysCommands(CLI::App& app, const bool* offline_required) {
  CLI::App& group = *app.add_subcommand(
      "keys", "Exchange the token key with other sites; protect and destroy key files");
  group.require_subcommand(1);
  std::vector<AgentCommand> commands;
  for (Command& command : AddKeyExchangeCommands(group, offline_required)) {
    commands.push_back({std::move(command), Reach::kTwoHalves});
  }
  commands.push_back({AddInitCommand(group), Reach::kOffline});
  commands.push_back({AddWordsCommand(group), Reach::kOffline});
  commands.push_back(
      {AddFilesCommand(group, "protect",
                       "Encipher key files under a passphrase; all commands read them", &Protect),
       Reach::kOffline});
  commands.push_back({AddKeysDestroyCommand(group), Reach::kOffline});
  commands.push_back(
      {AddFilesCommand(group, "unprotect", "Store key files in the clear again", &Unprotect),
       Reach::kOffline});
  return commands;
}

}  // namespace blindlink::agent
