#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// American Soundex as the US National Archives describe it: a letter and three digits, equal codes
// side by side once, also across H and W. Expects A-Z; empty for anything else. Thread-safe.
std::string Soundex(absl::string_view name);

}  // namespace blindlink::agent
