#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The text without what stands in round or square brackets.
std::string WithoutBrackets(absl::string_view text);

// What stands in round brackets, each: "(acute) (with fever)" gives acute, with fever.
std::vector<std::string> InBrackets(absl::string_view text);

}  // namespace blindlink::agent
