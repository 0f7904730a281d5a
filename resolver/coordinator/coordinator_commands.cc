#include "resolver/coordinator/coordinator_commands.h"

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "common/cli/connection_flags.h"

namespace blindlink::resolver {

CLI::App* AddCoordinatorCommand(CLI::App& group, const std::string& name,
                                const std::string& description, const std::string& example,
                                ConnectionFlags* connection) {
  CLI::App* command = group.add_subcommand(name, description);
  command->footer(absl::StrCat("Example:\n  blindlink-resolver ", group.get_name(), " ", name, " ",
                               example,
                               " \\\n    --resolver center.example.org:7443 --cert coordinator.pem "
                               "--key coordinator.key --ca ca.pem"));
  AddConnectionFlags(*command, connection);
  return command;
}

}  // namespace blindlink::resolver
