#pragma once

#include "absl/strings/string_view.h"

namespace blindlink {

// "not-utf8", "nul-byte", or null if `text` is usable. Thread-safe.
const char* WhyNotUsable(absl::string_view text);

}  // namespace blindlink
