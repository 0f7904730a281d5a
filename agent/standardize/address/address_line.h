#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/address/address_words.h"

namespace blindlink::agent {

// Splits an address line into words. Where commas separate them, the name of a building or host
// before the street ("Brown Nursing Home, 1605 Shelly Rd", "c/o Smith, ...") and the city, state
// and ZIP after it ("12 Oak Ln, Boston, MA 02139") are left out. Hyphens and slashes within numbers
// are kept (264-12, 1/2, C-4); elsewhere they separate words. "#" is a word of its own, and is
// added before a number between commas ("30 N LaSalle, 2300"). A designator is split from its
// number (APT4B, HWY50). Thread-safe.
AddressWords SplitAddressLine(absl::string_view folded);

}  // namespace blindlink::agent
