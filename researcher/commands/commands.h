#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::researcher {

// Each adds one command to `program`.
Command AddListCommand(CLI::App& program);
Command AddPairsCommand(CLI::App& program);
Command AddEntitiesCommand(CLI::App& program);
Command AddOverlapCommand(CLI::App& program);
Command AddEvaluateCommand(CLI::App& program);
Command AddTimelineCommand(CLI::App& program);
Command AddExportCommand(CLI::App& program);

// Adds `access` with commands of its own below it.
std::vector<Command> AddAccessCommands(CLI::App& program);

}  // namespace blindlink::researcher
