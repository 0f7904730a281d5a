#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/access_service.pb.h"

namespace blindlink {

// The approval token of a grant as a file of mode 0600: three lines, see docs/access.md.

// ALREADY_EXISTS rather than overwriting a file.
absl::Status WriteRelinkToken(const std::filesystem::path& file, const v1::RelinkToken& token);
// FAILED_PRECONDITION if others can read the file; INVALID_ARGUMENT if it is no such token.
absl::StatusOr<v1::RelinkToken> ReadRelinkToken(const std::filesystem::path& file);
// The content of such a file. `file` is for the message.
absl::StatusOr<v1::RelinkToken> ParseRelinkToken(absl::string_view text, const std::string& file);

}  // namespace blindlink
