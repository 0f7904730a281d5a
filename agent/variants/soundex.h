#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// American Soundex as the US National Archives describe it: a letter and three digits. Adjacent
// equal digits count once, even with H or W between them. Expects A-Z; empty for any other text.
// Thread-safe.
std::string Soundex(absl::string_view name);

}  // namespace blindlink::agent
