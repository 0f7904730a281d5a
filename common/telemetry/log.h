#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "spdlog/spdlog.h"

namespace blindlink {

// Logging is spdlog's. Messages are structured as  event=... key=value ...  and never hold a
// person's value, a token or a key: only counts, positions and names of sites and files. An event's
// name is a noun and what happened to it, joined by hyphens: run-started, upload-not-saved.
//
// Logs to a file (created with mode 0600), or to standard error if `file` is empty. Nothing is
// buffered: a line that was logged is with the operating system. Call it once, at startup.
absl::Status StartLogging(absl::string_view program, const std::string& file, bool verbose = false);

// Logs one line at level info. UNAVAILABLE if it cannot be written, for instance because the disk
// is full; spdlog::info() would only say so on standard error. Thread-safe.
absl::Status LogOrFail(absl::string_view line);

// A value for key=value: quoted, with characters that would break the line escaped.
std::string LogQuote(absl::string_view value);

}  // namespace blindlink
