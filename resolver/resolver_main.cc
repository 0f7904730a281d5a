// blindlink-resolver: serves the sites and researchers of a project, and is its coordinator's tool.
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "common/cli/program.h"
#include "resolver/backup/backup_command.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/move_commands.h"
#include "resolver/serve.h"
#include "resolver/work_command.h"

namespace blindlink::resolver {
namespace {

struct ServeFlags {
  std::string config_file;
  bool check_only = false;
};

Command AddServeCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("serve", "Run the resolver until it is told to stop");
  auto flags = std::make_shared<ServeFlags>();
  command->add_option("--config", flags->config_file, "Configuration (textproto)")->required();
  command->add_flag("--check", flags->check_only, "Only check the configuration and its files");
  command->footer(
      "Example:\n  blindlink-resolver serve --config /etc/blindlink/resolver.textproto");
  return {command, [flags] { return Serve(flags->config_file, flags->check_only); }};
}

}  // namespace
}  // namespace blindlink::resolver

int main(int argc, char** argv) {
  using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
  blindlink::Program program(
      "blindlink-resolver",
      "Blindlink's resolver: finds which tokens belong to one person, without identifiers");
  program.Add(AddServeCommand(program.app()));
  program.Add(AddWorkCommand(program.app()));
  program.Add(AddBackupCommand(program.app()));
  program.Add(AddProjectCommands(program.app()));
  program.Add(AddMoveCommands(*program.app().get_subcommand("project")));
  program.Add(AddUploadCommands(program.app()));
  program.Add(AddLinkageCommands(program.app()));
  program.Add(AddAccessCommands(program.app()));
  program.Add(AddAuditCommands(program.app()));
  program.Add(AddExplainCommands(program.app()));
  program.Add(AddHealthCommand(program.app()));
  program.Add(AddReviewCommands(program.app()));
  blindlink::EndProcess("blindlink-resolver", program.Run(argc, argv));
}
