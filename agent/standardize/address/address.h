#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Splits a street address into its parts, following USPS Publication 28. Suffixes and directionals
// take their postal abbreviations, and ordinals are written in digits (NINTH = 9TH). Designators
// that only announce a unit (APT, UNIT, STE, #) are dropped; those that say where it is (FL, BLDG)
// are kept. The unit may come first, as in Australia ("3/12 Smith St", "flat 2, 7 Jones Rd"). Any
// other kind of address, such as a Japanese one, becomes a street name without white space. Expects
// folded, non-empty text, preferably without city and state. Thread-safe.
StandardizeResult StandardizeAddress(absl::string_view folded);

// The value of an address with these parts.
StandardValue AddressValue(AddressParts parts);

// All parts in order, with no white space within the street name: "12-1/2 N BUSHYTAIL RD #4B".
std::string AddressText(const AddressParts& parts, bool with_unit);

// The street name without white space.
std::string StreetNameText(const AddressParts& parts);

}  // namespace blindlink::agent
