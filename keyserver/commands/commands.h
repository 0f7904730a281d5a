#pragma once

#include "common/cli/program.h"

namespace blindlink::keyserver {

// Each adds one command to `app`, the program's command line.
Command AddInitCommand(CLI::App& app);
Command AddPublicKeyCommand(CLI::App& app);
Command AddServeCommand(CLI::App& app);
Command AddUsageCommand(CLI::App& app);

}  // namespace blindlink::keyserver
