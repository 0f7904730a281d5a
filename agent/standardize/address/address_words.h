#pragma once

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What a word can mean in an address: each meaning in its standard form, empty if the word does not
// have it. The words are those of USPS Publication 28 and what people write instead. A word may
// have several meanings; its position decides which one applies.
struct WordMeaning {
  absl::string_view suffix;       // STREET, STR -> ST
  absl::string_view suffix_name;  // HLS, HILLS -> HILLS
  absl::string_view directional;  // NORTH -> N
  absl::string_view unit;         // before a unit's number: FLOOR -> FL; APT -> ""
  absl::string_view unit_alone;   // a unit without a number: PENTHOUSE -> PH
  absl::string_view road;         // before a road's number: HIGHWAY, ROUTE -> HWY
  absl::string_view ordinal;      // NINTH -> 9TH
  absl::string_view number;       // NINE -> 9
  absl::string_view name;         // within a street name: BWAY -> BROADWAY
  bool designates_unit = false;   // APT, FLOOR: `unit` is a meaning even if it is empty
  bool is_dwelling = false;       // APT, UNIT, STE: its number may be a letter or a word
  bool is_common_suffix = false;  // ST, AVE, ...: almost never a street name by itself
  bool is_delivery = false;       // BOX, RR, APO, URB: handled by address_delivery.h
  int tens = 0;                   // TWENTY -> 2
};

// The meaning of a word; all fields are empty for an unknown one. The reference stays valid.
// Thread-safe.
const WordMeaning& MeaningOf(absl::string_view word);

struct AddressWord {
  explicit AddressWord(absl::string_view text) : text(text), meaning(&MeaningOf(text)) {}
  bool operator==(absl::string_view other) const { return text == other; }

  std::string text;
  const WordMeaning* meaning;
};

using AddressWords = absl::InlinedVector<AddressWord, 12>;

// Removes `count` words, beginning with the one at `from`.
void EraseWords(size_t from, size_t count, AddressWords* words);

// Whether the word contains a digit.
bool HasDigit(absl::string_view word);
// Whether the word begins with a digit.
bool BeginsWithDigit(absl::string_view word);
// Whether the word is an ordinal in digits: 9TH, 21ST.
bool IsOrdinalNumber(absl::string_view word);
// The ordinal of a number: 21 -> 21ST.
std::string WithOrdinalEnding(absl::string_view digits);
// The number without leading zeros; "0" if there are only zeros.
absl::string_view WithoutLeadingZeros(absl::string_view number);

// HOMELESS, NO FIXED ADDRESS: stands for an address. Expects the text without spaces.
bool IsPlaceholderAddress(absl::string_view joined);

}  // namespace blindlink::agent
