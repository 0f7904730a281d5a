#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"

namespace blindlink::agent {

std::vector<Command> AddKeysCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("keys", "The token keys of this site's projects");
  group.require_subcommand(1);
  return {AddKeysDestroyCommand(group)};
}

}  // namespace blindlink::agent
