#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// A street address into its parts, after USPS Publication 28: suffixes and directionals in their
// postal abbreviations, ordinals in digits (NINTH = 9TH), unit designators that mean a dwelling
// (APT, UNIT, STE, #) dropped before its number, those that place it (FL, BLDG) kept. Also the unit
// in front, as in Australia ("3/12 Smith St", "flat 2, 7 Jones Rd"). What is no address of that
// kind, such as a Japanese one, becomes a street name without white space. Expects folded,
// non-empty text without city and state. Thread-safe.
StandardizeResult StandardizeAddress(absl::string_view folded);

// The value that such parts are.
StandardValue AddressValue(AddressParts parts);

// The parts in order, the street name without white space: "12-1/2 N BUSHYTAIL RD #4B".
std::string AddressText(const AddressParts& parts, bool with_unit);

// The street name without white space.
std::string StreetNameText(const AddressParts& parts);

}  // namespace blindlink::agent
