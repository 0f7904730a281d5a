#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Numbers and addresses that identify a person. All functions expect folded, non-empty text and are
// thread-safe.

// A US Social Security number: nine digits that can have been issued, so not area 000, 666 or 9xx
// (9xx is used for taxpayers' ITINs), group 00 or serial 0000. Seven or eight digits have lost
// their leading zeros. Another country's national number, of 6 to 12 digits, is kept as it is. Of a
// masked number (xxx-xx-1234), the last four are known: a damaged value, XXXXX1234. Numbers that
// people make up (made_up_number.h), and numbers that were printed in advertisements, are
// placeholders. Up to two letters among nine characters are read as the digits that they look like
// (O for 0, I or L for 1, S for 5, B for 8); a number with one other letter is a damaged value.
StandardizeResult StandardizeSsn(absl::string_view folded);

// Letters and digits only. A number without letters loses its leading zeros, as in spreadsheets.
// One that somebody made up is a placeholder, if it has nine digits or more.
StandardizeResult StandardizeInsuranceNumber(absl::string_view folded);

// The number of a passport: 5 to 12 letters and digits, at least three of them digits. A number
// without letters loses its leading zeros, as in spreadsheets.
StandardizeResult StandardizePassport(absl::string_view folded);

// A country's number of a person, which may have letters (DNI, NIE, NINO, codice fiscale, CURP,
// HKID): 6 to 20 letters and digits, at least four of them digits, without the signs between them.
// A number without letters loses its leading zeros. Check characters are not verified, because each
// country has its own. Examples that authorities publish are placeholders.
StandardizeResult StandardizeNationalNumber(absl::string_view folded);

// E.164 ("+12065551234") without the extension and without words ("cell", "(mother)"). Two numbers
// in one cell are two values. A number without a country code is taken for one of `country`, with
// or without its leading 0. If it cannot be one and begins with 0, as national numbers elsewhere
// do, its digits are kept as they are; nine digits have lost that 0. A letter that looks like a
// digit (O for 0) is read as that digit if that makes a number. Any other number of at least seven
// digits is a damaged value, written as if it were E.164.
StandardizeResult StandardizePhone(absl::string_view folded, const std::string& country);

// Whether phone numbers of this country are known: two capital letters, as in ISO 3166.
bool IsPhoneCountry(const std::string& country);

// Lower case; googlemail.com becomes gmail.com. Dots and +tags are kept, because only some hosts
// ignore them.
StandardizeResult StandardizeEmail(absl::string_view folded);

}  // namespace blindlink::agent
