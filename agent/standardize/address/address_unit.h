#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Takes the words of units out of `words`, between address_delivery.h and address_street.h: APT 4B,
// # 12, 2ND FLOOR, BLDG 3 APT 4, NORTH TOWER, REAR, "UNIT 3" in front, and what stands bare behind
// a whole street: MAIN ST 4B, W JACKSON 512.
void TakeUnits(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
