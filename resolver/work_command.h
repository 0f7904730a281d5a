#pragma once

#include "common/cli/program.h"

namespace CLI {
class App;
}

namespace blindlink::resolver {

// "work": a worker, until it is told to stop (docs/cluster.md).
Command AddWorkCommand(CLI::App& app);

}  // namespace blindlink::resolver
