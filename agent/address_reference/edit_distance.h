#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The number of insertions, deletions, substitutions of a byte and transpositions of two neighbours
// that turn `a` into `b`, where no part is edited twice (optimal string alignment, after Damerau
// 1964). Returns limit + 1 if the number is more than `limit`, or if a text is longer than 64
// bytes. Pure, no allocation.
int EditDistance(absl::string_view a, absl::string_view b, int limit);

}  // namespace blindlink::agent
