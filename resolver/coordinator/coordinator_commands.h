#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "common/rpc/client.h"

namespace CLI {
class App;
}

namespace blindlink::resolver {

// One command of the coordinator over RPC: its flags and what it does.
class CoordinatorCommand {
 public:
  virtual ~CoordinatorCommand() = default;
  // Whether the user asked for it.
  virtual bool Parsed() const = 0;
  // Errors are those of the RPC, or of files it reads.
  virtual absl::Status Execute() = 0;
};

using CoordinatorCommands = std::vector<std::unique_ptr<CoordinatorCommand>>;

// Add `project`, `upload` and `linkage` with their subcommands to `app`, which must outlive them.
void AddProjectCommands(CLI::App& app, CoordinatorCommands* commands);
void AddUploadCommands(CLI::App& app, CoordinatorCommands* commands);
void AddLinkageCommands(CLI::App& app, CoordinatorCommands* commands);

}  // namespace blindlink::resolver
