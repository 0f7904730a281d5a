#pragma once

#include <string>

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Takes a road whose name is its number: HIGHWAY 50, US 50, STATE RTE 50, AL HWY 50 -> HWY 50;
// COUNTY ROAD 12, CR 12, CO RD MM -> COUNTY RD 12; FM 1960; INTERSTATE 10 W; CARR 123 KM 4.5. OLD,
// BUSINESS and a directional after the number are understood. Returns false and changes nothing if
// the words do not name such a road.
bool TakeNumberedRoad(AddressWords* words, AddressParts* parts);

// Spells a street name in its standard form: ordinals in digits (TWENTY FIRST -> 21ST); SAINT,
// MOUNT, FORT and street suffixes within the name in full (GROSS PT -> GROSS POINT); one spelling
// for Martin Luther King. If `has_suffix`, a bare number is an ordinal: 145 ST is 145TH ST.
std::string SpellStreetName(AddressWords words, bool has_suffix);

}  // namespace blindlink::agent
