#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::resolver {

// Adds `export` and `import` to the group `project`. They work on the data directory of a resolver
// that is stopped, not over the network. Errors are those of ExportIndex and ImportIndex
// (project/index_move.h), and FAILED_PRECONDITION while a resolver uses the directory.
std::vector<Command> AddMoveCommands(CLI::App& group);

}  // namespace blindlink::resolver
