#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace blindlink::researcher {

// A subcommand and what it does once the arguments are read. `run` owns what the arguments are
// read into.
struct Command {
  CLI::App* app;
  std::function<absl::Status()> run;
};

Command AddListCommand(CLI::App& program);
Command AddPairsCommand(CLI::App& program);
Command AddEntitiesCommand(CLI::App& program);
Command AddOverlapCommand(CLI::App& program);
Command AddEvaluateCommand(CLI::App& program);

}  // namespace blindlink::researcher
