#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/address/address_words.h"

namespace blindlink::agent {

// The words of a line of address that say where it is. Left out: the name of a house or of a host
// in front ("Brown Nursing Home, 1605 Shelly Rd", "c/o Smith, ..."), and city, state and ZIP behind
// a street ("12 Oak Ln, Boston, MA 02139"), both told by commas. Hyphens and slashes within numbers
// stay (264-12, 1/2, C-4), elsewhere they part words; "#" is a word, and stands before a number
// that a comma sets apart ("30 N LaSalle, 2300"); what is written together is parted (APT4B,
// HWY50).
AddressWords SplitAddressLine(absl::string_view folded);

}  // namespace blindlink::agent
