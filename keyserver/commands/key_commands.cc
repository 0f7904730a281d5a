#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/crypto/key_file.h"
#include "keyserver/commands/commands.h"
#include "keyserver/keys/project_key.h"

namespace blindlink::keyserver {
namespace {

struct KeyFlags {
  std::string project;
  std::string key_file;
  bool protect = false;
};

absl::StatusOr<std::string> PublicKeyText(const KeyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const OprfKey key, ReadProjectKey(flags.key_file, flags.project));
  return HexEncode(ViewOf(key.public_key()));
}

absl::Status Init(const KeyFlags& flags) {
  BL_RETURN_IF_ERROR(GenerateProjectKey(
      flags.key_file, flags.protect ? KeyForm::kUnderPassphrase : KeyForm::kClear));
  BL_ASSIGN_OR_RETURN(const std::string public_key, PublicKeyText(flags));
  printf(
      "Wrote a new key for project %s to %s.\n"
      "The plan names its public key, which is no secret:\n\n"
      "  oblivious_key { public_key: \"%s\" }\n\n"
      "Keep a copy of the file where nobody with tokens or the token key can read it: without the\n"
      "key, all sites must make their tokens again.\n",
      flags.project.c_str(), flags.key_file.c_str(), public_key.c_str());
  return absl::OkStatus();
}

absl::Status PrintPublicKey(const KeyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::string public_key, PublicKeyText(flags));
  printf("%s\n", public_key.c_str());
  return absl::OkStatus();
}

void AddKeyFlags(CLI::App& command, const char* file_help, KeyFlags* flags) {
  command.add_option("--project", flags->project, "The project, as the sites name it")
      ->required()
      ->check(IsName());
  command.add_option("--key-file", flags->key_file, file_help)->required();
  AddPassphraseFlag(command);
}

}  // namespace

Command AddInitCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("init", "Make a project's key and print its public key");
  auto flags = std::make_shared<KeyFlags>();
  AddKeyFlags(*command, "New file for the key (mode 0600); never overwritten", flags.get());
  command->add_flag("--protect", flags->protect, "Encipher the file under a passphrase");
  command->footer("Example:\n  blindlink-keyserver init --project flu --key-file flu.key");
  return {command, [flags] { return Init(*flags); }};
}

Command AddPublicKeyCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("public-key", "Print the public key of a project's key");
  auto flags = std::make_shared<KeyFlags>();
  AddKeyFlags(*command, "The key's file", flags.get());
  command->footer("Example:\n  blindlink-keyserver public-key --project flu --key-file flu.key");
  return {command, [flags] { return PrintPublicKey(*flags); }};
}

}  // namespace blindlink::keyserver
