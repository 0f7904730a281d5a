#pragma once

#include <string>
#include <vector>

#include "agent/standardize/standard_value.h"

namespace blindlink {

// Each takes its words out of `words` and writes them into `parts`; in this order, then
// address_street.h.

// PO BOX 12, P O BOX 12, POST OFFICE BOX 12, GPO BOX 12.
void TakePoBox(std::vector<std::string>* words, AddressParts* parts);

// APT 4B, # 12, 2ND FLOOR, BLDG 3 APT 4, REAR, "UNIT 3" in front, and a bare number behind the
// street suffix: MAIN ST 4B.
void TakeUnits(std::vector<std::string>* words, AddressParts* parts);

// Whether the word has a digit in it.
bool HasDigit(const std::string& word);
// 9TH, 21ST.
bool IsOrdinalNumber(const std::string& word);

}  // namespace blindlink
