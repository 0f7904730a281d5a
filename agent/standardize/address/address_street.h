#pragma once

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Moves the house number of a Spanish street, which follows the name (CALLE SOL 12, AVE ASHFORD #
// 1000), to the front. Must come before address_unit.h.
void PutSpanishNumberFirst(AddressWords* words);

// Both functions move their words from `words`, which no longer contains boxes and units, into
// `parts`.

// 12, 12A, 12 A, 12-A, 264-12, 12 1/2, N6W23001, W156 N8480, ONE. Leading zeros are dropped.
void TakeHouseNumber(AddressWords* words, AddressParts* parts);

// Takes all the remaining words: directionals, name and suffix.
void TakeStreet(AddressWords* words, AddressParts* parts);

}  // namespace blindlink::agent
