#pragma once

#include <string>

#include "absl/status/status.h"

namespace blindlink::resolver {

// Serves until SIGTERM or SIGINT, then lets calls in progress end and stops. Unfinished background
// work continues at the next start. `check_only`: reads and checks the configuration and its files,
// then returns.
absl::Status Serve(const std::string& config_file, bool check_only);

}  // namespace blindlink::resolver
