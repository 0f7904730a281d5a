#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Moves the words of units from `words` into `parts`: APT 4B, # 12, 2ND FLOOR, BLDG 3 APT 4, NORTH
// TOWER, REAR, a leading "UNIT 3", and a bare number after a complete street: MAIN ST 4B, W JACKSON
// 512. Comes after address_delivery.h and before address_street.h.
void TakeUnits(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
