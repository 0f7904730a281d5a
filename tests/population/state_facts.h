#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::population {

// Public facts of a state, rounded: inhabitants, the first three digits of its ZIP codes, its
// telephone area codes.
struct StateFacts {
  absl::string_view code;
  double millions;
  int first_prefix;
  int last_prefix;
  std::vector<int> area_codes;
};

absl::Span<const StateFacts> AllStates();

}  // namespace blindlink::population
