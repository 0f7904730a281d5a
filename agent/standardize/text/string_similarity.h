#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// How alike two texts are. By characters of UTF-8, not bytes; only the first 128 of each count.
// Pure, thread-safe, no allocation.

// Jaro (1989) with Winkler's (1990) bonus for up to four equal first letters where the texts are
// alike at all (more than 0.7): 1 for equal texts, 0 for texts without a letter in common. Names of
// one person that differ by a typing error usually have 0.9 or more.
double JaroWinkler(absl::string_view a, absl::string_view b);

// The fewest insertions, deletions, substitutions and exchanges of two neighbors that turn `a` into
// `b`, no part edited twice (optimal string alignment, after Damerau 1964). A distance above
// `limit` is given as limit + 1, sooner than it would be counted.
size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit = 128);

}  // namespace blindlink::agent
