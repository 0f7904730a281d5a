#include <stdio.h>

#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "common/cli/exit_code.h"
#include "common/rpc/tls_policy.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/serve.h"

namespace {

int Fail(const absl::Status& status) {
  fprintf(stderr, "blindlink-resolver: %s\n", std::string(status.message()).c_str());
  return blindlink::ExitCodeOf(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (absl::Status tls = blindlink::RequireTls13Only(); !tls.ok()) return Fail(tls);
  CLI::App app(
      "Blindlink's resolver: finds which tokens belong to one person, without identifiers");
  app.require_subcommand(1);
  std::string config_file;
  bool check_only = false;
  CLI::App& serve = *app.add_subcommand("serve", "Run the resolver until it is told to stop");
  serve.add_option("--config", config_file, "Configuration (textproto)")->required();
  serve.add_flag("--check", check_only, "Only check the configuration and its files");
  serve.footer("Example:\n  blindlink-resolver serve --config /etc/blindlink/resolver.textproto");
  blindlink::resolver::CoordinatorCommands commands;
  blindlink::resolver::AddProjectCommands(app, &commands);
  blindlink::resolver::AddUploadCommands(app, &commands);
  blindlink::resolver::AddLinkageCommands(app, &commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? blindlink::kExitOk : blindlink::kExitUsage;
  }
  absl::Status status;
  if (serve.parsed()) status = blindlink::resolver::Serve(config_file, check_only);
  for (const auto& command : commands) {
    if (command->Parsed()) status = command->Execute();
  }
  return status.ok() ? blindlink::kExitOk : Fail(status);
}
