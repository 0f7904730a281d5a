#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {

// The words of addresses (USPS Publication 28). Folded words; each answers with the standard form,
// or nothing if the word is not of that kind. Thread-safe.

absl::string_view StreetSuffix(absl::string_view word);  // STREET, STR -> ST
absl::string_view Directional(absl::string_view word);   // NORTH -> N

// Before a unit's number: APARTMENT, UNIT -> "" (found), FLOOR -> "FL". `found` tells the two kinds
// of empty apart.
absl::string_view UnitDesignator(absl::string_view word, bool* found);
// A unit that needs no number: PENTHOUSE -> PH.
absl::string_view UnitAlone(absl::string_view word);

// HIGHWAY, HWY, ROUTE, ...: a road named by the number that follows.
absl::string_view NumberedRoad(absl::string_view word);

// NINTH -> 9TH, up to the TWENTIETH, and the tens.
absl::string_view Ordinal(absl::string_view word);
// 2..9 for TWENTY .. NINETY, else 0.
int Tens(absl::string_view word);
// ONE .. TWELVE as a house number's digits.
absl::string_view NumberWord(absl::string_view word);
// 21 -> 21ST.
std::string WithOrdinalEnding(absl::string_view digits);

// HOMELESS, NO FIXED ADDRESS; spaces removed.
bool IsPlaceholderAddress(absl::string_view joined);

}  // namespace blindlink
