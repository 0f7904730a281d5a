#pragma once

#include "absl/strings/string_view.h"

namespace blindlink {

// The version of this release, the same in all three programs; set in the top CMakeLists.txt.
absl::string_view Version();

}  // namespace blindlink
