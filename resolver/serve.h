#pragma once

#include <string>

#include "absl/status/status.h"

namespace blindlink::resolver {

// Serves until SIGTERM or SIGINT; then lets calls under way end and stops. Background work that is
// not done goes on at the next start. `check_only`: reads and checks the configuration and its
// files, and returns.
absl::Status Serve(const std::string& config_file, bool check_only);

}  // namespace blindlink::resolver
