#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// All expect folded, non-empty text; thread-safe.

// Abbreviations spelled out, spaces out: "St. Paul" = "Saint Paul" -> SAINTPAUL. What is not the
// city's name is left out ("City of Boston", "Boston MA 02139"); a few short names are known (NYC).
StandardizeResult StandardizeCity(absl::string_view folded);

// The postal code of a state or territory of the US, a province of Canada, a state of Australia;
// anything else passes as written, without spaces.
StandardizeResult StandardizeState(absl::string_view folded);

// Letters and digits only. ZIP+4 keeps nine digits, and gets back a zero that a number lost
// (2139-4307); four digits stay four, because Australia's codes have four.
StandardizeResult StandardizePostalCode(absl::string_view folded);

// A second line of an address: letters and digits only, so that "Villa 36" = "villa36".
StandardizeResult StandardizeAddressLine(absl::string_view folded);

}  // namespace blindlink::agent
