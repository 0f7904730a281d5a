#pragma once

#include "common/rpc/client.h"

namespace CLI {
class App;
}

namespace blindlink {

// Adds --resolver, --cert, --key, --ca (all required) and --resolver-name. `flags` must outlive
// `app`.
void AddConnectionFlags(CLI::App& app, ConnectionFlags* flags);

}  // namespace blindlink
