#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// A given, middle or surname: titles and generational suffixes off, apostrophes, periods and digits
// out, spaces and hyphens out of the text ("De La Cruz" = "DELACRUZ") but kept as the boundaries of
// `parts`. A name in parentheses or quotes, or behind née, aka, fka, geb., is a value of its own:
// Robert (Bob), Smith née Jones.
// Expects folded, non-empty text. Thread-safe.
StandardizeResult StandardizeName(v1::Standardizer kind, absl::string_view folded);

}  // namespace blindlink::agent
