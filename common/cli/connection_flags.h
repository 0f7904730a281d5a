#pragma once

#include "common/rpc/client.h"

namespace CLI {
class App;
}

namespace blindlink {

// Adds --resolver, --cert, --key, --ca (all required), --resolver-name, --witness and --audit-key.
// `flags` must outlive `app`.
void AddConnectionFlags(CLI::App& app, ConnectionFlags* flags);

}  // namespace blindlink
