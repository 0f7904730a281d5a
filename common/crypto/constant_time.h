#pragma once

#include "absl/strings/string_view.h"

namespace blindlink {

// Whether two secrets are equal. The time it takes depends on their lengths only. Thread-safe.
bool ConstantTimeEquals(absl::string_view a, absl::string_view b);

}  // namespace blindlink
