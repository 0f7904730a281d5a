#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Numbers that a person is known by. All expect folded, non-empty text; thread-safe.

// A US Social Security number, nine digits that can have been issued (not area 000, 666 or 9xx,
// which holds taxpayers' ITINs; not group 00, not serial 0000); or another country's national
// number of 6 to 12 digits, as it is. A number that is masked (xxx-xx-1234) is invalid. Numbers
// that stand for none, or were printed in advertisements, are placeholders.
StandardizeResult StandardizeSsn(absl::string_view folded);

// Letters and digits; leading zeros of a number of digits only are dropped, as spreadsheets do.
StandardizeResult StandardizeInsuranceNumber(absl::string_view folded);

// The number of a passport, 5 to 12 letters and digits, at least three of them digits. Leading
// zeros of a number of digits only are dropped, as spreadsheets do.
StandardizeResult StandardizePassport(absl::string_view folded);

// A country's number of a person, which may have letters (DNI, NIE, NINO, codice fiscale, CURP,
// HKID): 6 to 20 letters and digits, at least four of them digits, without the signs between them.
// Leading zeros of a number of digits only are dropped. Check characters are not verified, because
// each country has its own; examples that authorities publish are placeholders.
StandardizeResult StandardizeNationalNumber(absl::string_view folded);

// E.164 ("+12065551234"), without extension; two numbers in one cell are two values. A number
// without country is read as one of the US; one that starts with 0, as elsewhere numbers within a
// country do, stays as its digits.
StandardizeResult StandardizePhone(absl::string_view folded);

// Lower case; googlemail.com is gmail.com. Points and +tags stay: only some hosts ignore them.
StandardizeResult StandardizeEmail(absl::string_view folded);

}  // namespace blindlink::agent
