#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::resolver {

// Adds the commands about a project's keys to the group `project`: keys, rotate, retire-epoch and
// rotate-index-key.
std::vector<Command> AddProjectKeyCommands(CLI::App& group);

}  // namespace blindlink::resolver
