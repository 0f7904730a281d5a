#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::agent {

// The commands below `keys` that connect to the resolver: publish, list, seal, receive, confirm.
// Each is two halves (relayed_calls.h). `offline_required` must outlive them.
std::vector<Command> AddKeyExchangeCommands(CLI::App& group, const bool* offline_required);

}  // namespace blindlink::agent
