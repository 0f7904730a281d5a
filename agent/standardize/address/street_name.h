#pragma once

#include <string>

#include "agent/standardize/address/address_words.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// HIGHWAY 50, US 50, STATE RTE 50, AL HWY 50 -> HWY 50; COUNTY ROAD 12, CR 12, CO RD MM -> COUNTY
// RD 12; FM 1960; INTERSTATE 10 W; CARR 123 KM 4.5: the number is the name. Also a directional
// behind, and OLD, BUSINESS. False, and nothing done, if the words name no such road.
bool TakeNumberedRoad(AddressWords* words, AddressParts* parts);

// The words of a name, spelled in one way: ordinals in digits (TWENTY FIRST -> 21ST), SAINT, MOUNT,
// FORT, the abbreviations of street suffixes that stand within it (GROSS PT -> GROSS POINT), Martin
// Luther King, whose street has many spellings. `has_suffix`: a bare number is an ordinal then.
std::string SpellStreetName(AddressWords words, bool has_suffix);

}  // namespace blindlink::agent
