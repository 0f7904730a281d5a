#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// How many insertions, deletions, changes of a byte and exchanges of two neighbours make `b` of
// `a`, no part edited twice (optimal string alignment, after Damerau 1964); limit + 1 if they are
// more than `limit`, or if a text is longer than 64 bytes. Pure, no allocation.
int EditDistance(absl::string_view a, absl::string_view b, int limit);

}  // namespace blindlink::agent
