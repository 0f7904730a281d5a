#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Standardizes a given name, middle name or surname. Titles, degrees, generational suffixes,
// apostrophes, periods and digits are removed. So are spaces and hyphens ("De La Cruz" =
// "DELACRUZ"), but `parts` keeps the words they separate. A name in parentheses or quotes, or after
// née, aka, fka or geb., is a further value: Robert (Bob), Smith née Jones.
// Expects folded, non-empty text. Thread-safe.
StandardizeResult StandardizeName(v1::Standardizer kind, absl::string_view folded);

}  // namespace blindlink::agent
