#pragma once

#include "common/cli/program.h"

namespace blindlink::agent {

// Each adds one command to `app`, the program's command line.
Command AddKeygenCommand(CLI::App& app);
Command AddKeyIdCommand(CLI::App& app);
Command AddProfileCommand(CLI::App& app);
Command AddTokenizeCommand(CLI::App& app);
Command AddUploadCommand(CLI::App& app);
Command AddRunCommand(CLI::App& app);
Command AddGoldStandardCommand(CLI::App& app);
Command AddStatusCommand(CLI::App& app);
Command AddDiscardCommand(CLI::App& app);
Command AddConformanceCommand(CLI::App& app);
Command AddWhyMissedCommand(CLI::App& app);
Command AddAnonymizeCommand(CLI::App& app);
Command AddRiskCommand(CLI::App& app);

}  // namespace blindlink::agent
