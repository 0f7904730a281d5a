#pragma once

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What a word can mean in an address, each meaning in its standard form and empty where the word
// has none (USPS Publication 28, and what people write besides). One word may mean several things;
// its place decides.
struct WordMeaning {
  absl::string_view suffix;       // STREET, STR -> ST
  absl::string_view suffix_name;  // HLS, HILLS -> HILLS
  absl::string_view directional;  // NORTH -> N
  absl::string_view unit;         // before a unit's number: FLOOR -> FL; APT -> ""
  absl::string_view unit_alone;   // a unit without number: PENTHOUSE -> PH
  absl::string_view road;         // before a road's number: HIGHWAY, ROUTE -> HWY
  absl::string_view ordinal;      // NINTH -> 9TH
  absl::string_view number;       // NINE -> 9
  absl::string_view name;         // within a street's name: BWAY -> BROADWAY
  bool designates_unit = false;   // tells the two kinds of empty `unit` apart
  bool is_dwelling = false;       // APT, UNIT, STE: a letter or a word may be its number
  bool is_common_suffix = false;  // ST, AVE, ...: hardly ever a street's own name
  bool is_delivery = false;       // BOX, RR, APO, URB: address_delivery.h has to look
  int tens = 0;                   // TWENTY -> 2
};

// Thread-safe; a word of no meaning has the empty one. The reference lives for ever.
const WordMeaning& MeaningOf(absl::string_view word);

struct AddressWord {
  explicit AddressWord(absl::string_view text) : text(text), meaning(&MeaningOf(text)) {}
  bool operator==(absl::string_view other) const { return text == other; }

  std::string text;
  const WordMeaning* meaning;
};

using AddressWords = absl::InlinedVector<AddressWord, 12>;

// Removes `count` words from `from` on.
void EraseWords(size_t from, size_t count, AddressWords* words);

// Whether the word has a digit in it.
bool HasDigit(absl::string_view word);
// Whether it begins with one.
bool BeginsWithDigit(absl::string_view word);
// 9TH, 21ST.
bool IsOrdinalNumber(absl::string_view word);
// 21 -> 21ST.
std::string WithOrdinalEnding(absl::string_view digits);
// Without zeros in front; "0" where there is nothing else.
absl::string_view WithoutLeadingZeros(absl::string_view number);

// HOMELESS, NO FIXED ADDRESS; spaces removed.
bool IsPlaceholderAddress(absl::string_view joined);

}  // namespace blindlink::agent
