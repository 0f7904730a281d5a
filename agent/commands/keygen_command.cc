#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/keys/token_key.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"

namespace blindlink::agent {
namespace {

absl::Status Keygen(const std::string& out) {
  absl::Status made = TokenKey::Generate(out);
  if (made.ok()) {
    printf(
        "Wrote a new token key to %s.\n"
        "All sites of the project need this key, and the resolver must never get it: keys seal\n"
        "sends it to them so that the resolver cannot read it.\n",
        out.c_str());
  }
  return made;
}

struct KeyIdFlags {
  std::string token_key;
  std::string project;
};

absl::Status PrintKeyId(const KeyIdFlags& flags) {
  BL_ASSIGN_OR_RETURN(const TokenKey key, TokenKey::Read(flags.token_key));
  printf("%s\n", HexEncode(key.KeyId(flags.project)).c_str());
  return absl::OkStatus();
}

}  // namespace

Command AddKeygenCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("keygen", "Make the token key that a project's sites share");
  auto out = std::make_shared<std::string>();
  command->add_option("--out", *out, "New file for the key (mode 0600); never overwritten")
      ->required();
  command->footer("Example:\n  blindlink-agent keygen --out token.key");
  return {command, [out] { return Keygen(*out); }};
}

Command AddKeyIdCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "key-id", "Print the id of a token key in a project: to compare keys without showing them");
  auto flags = std::make_shared<KeyIdFlags>();
  command->add_option("--token-key", flags->token_key, "The token key's file")->required();
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  AddPassphraseFlag(*command);
  command->footer("Example:\n  blindlink-agent key-id --token-key token.key --project flu");
  return {command, [flags] { return PrintKeyId(*flags); }};
}

}  // namespace blindlink::agent
