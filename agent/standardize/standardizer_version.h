#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The version of everything that decides what a token stands for: agent/standardize and
// agent/variants. Goes up when any value's standard form or any variant changes; tokens of
// different versions never meet.
inline constexpr absl::string_view kStandardizerVersion = "1";

}  // namespace blindlink::agent
