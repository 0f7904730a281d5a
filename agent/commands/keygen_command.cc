#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/keys/token_key.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/crypto/key_file.h"

namespace blindlink::agent {
namespace {

struct KeygenFlags {
  std::string out;
  bool protect = false;
};

absl::Status Keygen(const KeygenFlags& flags) {
  absl::Status made =
      TokenKey::Generate(flags.out, flags.protect ? KeyForm::kUnderPassphrase : KeyForm::kClear);
  if (made.ok()) {
    printf(
        "Wrote a new token key to %s.\n"
        "All sites of the project need this key, and the resolver must never get it: keys seal\n"
        "sends it to them so that the resolver cannot read it.\n",
        flags.out.c_str());
  }
  return made;
}

struct KeyIdFlags {
  std::string token_key;
  std::string project;
  std::string state;
};

absl::Status PrintKeyId(const KeyIdFlags& flags) {
  BL_ASSIGN_OR_RETURN(const TokenKey key, TokenKey::Read(flags.token_key));
  const std::string id = key.KeyId(flags.project);
  if (!flags.state.empty()) {
    BL_RETURN_IF_ERROR(DestroyedKeys(flags.state).CheckUsable(flags.project, id));
  }
  printf("%s\n", HexEncode(id).c_str());
  return absl::OkStatus();
}

}  // namespace

Command AddKeygenCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("keygen", "Make the token key that a project's sites share");
  auto flags = std::make_shared<KeygenFlags>();
  command->add_option("--out", flags->out, "New file for the key (mode 0600); never overwritten")
      ->required();
  command->add_flag("--protect", flags->protect, "Encipher the file under a passphrase");
  AddPassphraseFlag(*command);
  command->footer("Example:\n  blindlink-agent keygen --out token.key");
  return {command, [flags] { return Keygen(*flags); }};
}

Command AddKeyIdCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "key-id", "Print the id of a token key in a project: to compare keys without showing them");
  auto flags = std::make_shared<KeyIdFlags>();
  command->add_option("--token-key", flags->token_key, "The token key's file")->required();
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--state", flags->state,
                      "This site's folder: refuse a token key that was destroyed here");
  AddPassphraseFlag(*command);
  command->footer("Example:\n  blindlink-agent key-id --token-key token.key --project flu");
  return {command, [flags] { return PrintKeyId(*flags); }};
}

}  // namespace blindlink::agent
