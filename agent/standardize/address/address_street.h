#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Before address_unit.h: the number of a Spanish street, which stands behind (CALLE SOL 12, AVE
// ASHFORD # 1000), is put in front.
void PutSpanishNumberFirst(AddressWords* words);

// Both take their words out of `words`, from which boxes and units are gone.

// 12, 12A, 12 A, 12-A, 264-12, 12 1/2, N6W23001, W156 N8480, ONE. Leading zeros dropped.
void TakeHouseNumber(AddressWords* words, AddressParts* parts);

// All that is left: directionals, name, suffix.
void TakeStreet(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
