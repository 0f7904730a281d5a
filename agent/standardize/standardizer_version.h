#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The version of all code that decides which value a token is made of: agent/standardize and
// agent/variants. It is raised when the standard form of any value changes, or any variant. It goes
// into every token, so tokens of different versions never match.
inline constexpr absl::string_view kStandardizerVersion = "3";

}  // namespace blindlink::agent
