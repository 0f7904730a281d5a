#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/standard_value.h"

namespace blindlink {

// Numbers that a person is known by. All expect folded, non-empty text; thread-safe.

// A US Social Security number, nine digits that can have been issued; or another country's national
// number of 6 to 12 digits, as it is. Numbers that stand for none, or were printed in
// advertisements, are placeholders.
StandardizeResult StandardizeSsn(absl::string_view folded);

// Letters and digits; leading zeros of a number of digits only are dropped, as spreadsheets do.
StandardizeResult StandardizeInsuranceNumber(absl::string_view folded);

// E.164 ("+12065551234"), without extension. A number without country is read as one of the US; one
// that starts with 0, as elsewhere numbers within a country do, stays as its digits.
StandardizeResult StandardizePhone(absl::string_view folded);

// Lower case.
StandardizeResult StandardizeEmail(absl::string_view folded);

}  // namespace blindlink
