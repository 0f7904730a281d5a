#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// How similar two texts are. Compares UTF-8 characters, not bytes, and only the first 128 of each
// text. Pure, thread-safe, without allocation.

// Jaro's similarity (1989) with Winkler's bonus (1990) for up to four equal leading letters, given
// if the texts score more than 0.7 without it. 1 for equal texts, 0 for texts without a letter in
// common. Two spellings of a name that differ by a typing error usually score 0.9 or more.
double JaroWinkler(absl::string_view a, absl::string_view b);

// The smallest number of insertions, deletions, substitutions and exchanges of neighbors that turns
// `a` into `b`, where no part is edited twice (optimal string alignment, after Damerau 1964). Stops
// early and returns limit + 1 if the distance is above `limit`.
size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit = 128);

}  // namespace blindlink::agent
