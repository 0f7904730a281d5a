#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A decimal number with two or more places: 875.9 -> "875.90", "$1,234" -> "1234.00". A comma or
// point between groups of three belongs to no place ("1,234", "1,234.56", "1.234,56"), another
// comma stands before the places ("12,50"), and so does a single point ("1.234"). Empty if `text`
// is empty, no number, or one of several ("12,34.5"); only of the latter two `*ok` is false. Pure,
// thread-safe.
std::string AmountOf(absl::string_view text, bool* ok);

}  // namespace blindlink::agent
