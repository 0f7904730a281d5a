#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::agent {

// The commands below `keys` that connect to the resolver: publish, list, seal, receive, confirm.
std::vector<Command> AddKeyExchangeCommands(CLI::App& group);

std::vector<Command> AddKeysCommands(CLI::App& app);

}  // namespace blindlink::agent
