#pragma once

#include "common/cli/program.h"

namespace blindlink::resolver {

// Adds the command `backup`, for the administrator of the resolver's machine: it makes a backup of
// a resolver that runs or is stopped, or checks one. It makes no call.
Command AddBackupCommand(CLI::App& app);

}  // namespace blindlink::resolver
