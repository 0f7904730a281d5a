#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/keys/token_key.h"

namespace blindlink::agent {
namespace {

absl::Status Keygen(const std::string& out) {
  absl::Status made = TokenKey::Generate(out);
  if (made.ok()) {
    printf(
        "Wrote a new token key to %s.\n"
        "All sites of the project need this same file; the resolver must never get it.\n",
        out.c_str());
  }
  return made;
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

}  // namespace blindlink::agent
