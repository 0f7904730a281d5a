#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// All functions expect folded, non-empty text and are thread-safe.

// Spells out abbreviations and removes spaces: "St. Paul" = "Saint Paul" -> SAINTPAUL. Words that
// are not part of the city's name are left out ("City of Boston", "Boston MA 02139"). A few short
// names such as NYC are known.
StandardizeResult StandardizeCity(absl::string_view folded);

// The postal abbreviation of a US state or territory, a Canadian province or an Australian state.
// Anything else is kept without spaces.
StandardizeResult StandardizeState(absl::string_view folded);

// Letters and digits only. A ZIP+4 keeps nine digits, and gets back a leading zero that a
// spreadsheet dropped (2139-4307). Four digits stay four, because Australian codes have four.
StandardizeResult StandardizePostalCode(absl::string_view folded);

// The second line of an address: letters and digits only, so that "Villa 36" = "villa36".
StandardizeResult StandardizeAddressLine(absl::string_view folded);

}  // namespace blindlink::agent
