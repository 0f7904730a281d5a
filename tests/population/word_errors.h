#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "tests/population/draw.h"

namespace blindlink::population {

// Each function returns the word with one error. Words are ASCII (see WithoutAccents). If the error
// fits nowhere in the word, the word is returned unchanged.

// A letter omitted, doubled or changed, or two exchanged; never the first.
std::string WithTypo(absl::string_view word, Draw& draw);
// A letter misread by a scanner: O for 0, rn for m.
std::string WithOcrError(absl::string_view word, Draw& draw);
// Written as it sounds: Philips for Phillips, Kathrine for Catherine.
std::string WithPhoneticError(absl::string_view word, Draw& draw);
// One digit changed, or two neighbours exchanged.
std::string WithDigitError(absl::string_view digits, Draw& draw);

// "Muñoz" as "Munoz". Knows only the accents of the name lists.
std::string WithoutAccents(absl::string_view word);
bool HasAccents(absl::string_view word);
// Upper case, including accented letters.
std::string UpperCase(absl::string_view word);

}  // namespace blindlink::population
