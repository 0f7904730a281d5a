#pragma once

#include <string>
#include <vector>

#include "agent/standardize/standard_value.h"

namespace blindlink {

// Both take their words out of `words`, from which box and units are gone (address_unit.h).

// 12, 12A, 12 A, 264-12, 12 1/2, N6W23001, ONE; leading zeros dropped.
void TakeHouseNumber(std::vector<std::string>* words, AddressParts* parts);

// All that is left: directionals, name, suffix.
void TakeStreet(std::vector<std::string>* words, AddressParts* parts);

}  // namespace blindlink
