#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// The files of resolver/console/pages, which the program contains.
absl::string_view StyleSheet();
absl::string_view Script();
absl::string_view Icon();

}  // namespace blindlink::resolver
