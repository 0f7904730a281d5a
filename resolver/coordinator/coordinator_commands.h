#pragma once

#include <string>
#include <vector>

#include "common/cli/program.h"
#include "common/rpc/client.h"

namespace blindlink::resolver {

// Each adds a group of commands for the coordinator to `app`: `project`, `upload` and `linkage`.
// The commands' errors are those of the RPC, or of the files that they read and write.
std::vector<Command> AddProjectCommands(CLI::App& app);
std::vector<Command> AddUploadCommands(CLI::App& app);
std::vector<Command> AddLinkageCommands(CLI::App& app);

// One command of such a group, with the connection flags. `example` is the part of the help's
// example that stands between the command's name and the connection flags. `connection` must
// outlive `group`.
CLI::App* AddCoordinatorCommand(CLI::App& group, const std::string& name,
                                const std::string& description, const std::string& example,
                                ConnectionFlags* connection);

}  // namespace blindlink::resolver
