#pragma once

#include <string>

#include "absl/status/status.h"

namespace blindlink::resolver {

// Serves until SIGTERM or SIGINT, then lets calls in progress end and stops. Unfinished background
// work continues at the next start. `check_only`: reads and checks the configuration and its files,
// then returns.
absl::Status Serve(const std::string& config_file, bool check_only);

// What a process needs that opens token indexes: files with mode 0600, as many open ones as may be,
// and words when RocksDB ends it. Must precede the first thread.
void PrepareForIndexes();

}  // namespace blindlink::resolver
