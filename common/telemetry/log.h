#pragma once

#include <string>
#include "absl/strings/string_view.h"

#include "absl/status/status.h"
#include "spdlog/spdlog.h"

namespace blindlink {

// Logging is spdlog's; messages are structured as  event=... key=value ...  and never hold a value
// of a person, a token or a key: counts, names of sites and files, coordinates.
//
// To a file (made with mode 0600), or to standard error if `file` is empty. Call once, at the
// start.
absl::Status StartLogging(absl::string_view program, const std::string& file, bool verbose = false);

// A value for key=value: quoted, with what would break the line escaped.
std::string LogQuote(absl::string_view value);

}  // namespace blindlink
