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

// Letters and digits only. A ZIP+4 keeps nine digits. The leading zeros that a spreadsheet dropped
// come back: 2139 is 02139, 907 is 00907, 21394307 is 021394307, and 600001 (Japan) is 0600001. A
// code of another country that has four or six digits gets a zero too, wherever it stands. Nobody
// can tell 907-1234 in Puerto Rico from 907-1234 in Japan: seven digits stay.
StandardizeResult StandardizePostalCode(absl::string_view folded);

// The second line of an address: letters and digits only, so that "Villa 36" = "villa36".
StandardizeResult StandardizeAddressLine(absl::string_view folded);

}  // namespace blindlink::agent
