#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink {

// The formal names a short, pet or abbreviated English (and common Spanish) given name stands for:
// BOBBY -> ROBERT; TED -> THEODORE, EDWARD. A name that others are short for is also its own root:
// ROBERT -> ROBERT. Empty for a name the table does not know. Expects upper-case A-Z. The views
// last as long as the program. Thread-safe.
const std::vector<absl::string_view>& NicknameRoots(absl::string_view name);

}  // namespace blindlink
