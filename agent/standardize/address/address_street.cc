#include "agent/standardize/address/address_street.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/address/street_name.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

// A house number of the kind used in Wisconsin: N6W23001, or in two words W156 N8480.
bool IsGridNumber(absl::string_view word) {
  return word.size() > 2 && absl::string_view("NSEW").find(word[0]) != absl::string_view::npos &&
         absl::ascii_isdigit(word[1]) && absl::ascii_isdigit(word.back());
}

bool IsFraction(absl::string_view word) {
  return word.size() == 3 && word[1] == '/' && absl::ascii_isdigit(word[0]) &&
         absl::ascii_isdigit(word[2]);
}

// Whether the first word belongs to the house number: 12A in "12 A SMITH ST". But "12 A ST" is A
// Street, and "12 N SMITH ST" has a directional.
bool IsHouseLetter(const AddressWords& words) {
  return words.size() > 1 && words[0].text.size() == 1 && absl::ascii_isalpha(words[0].text[0]) &&
         words[0].meaning->directional.empty() && words[1].meaning->suffix.empty() &&
         words[1].text.size() > 1 && !BeginsWithDigit(words[1].text) &&
         (words.size() > 2 || words[1].text.size() > 3);
}

// The number in its standard form: 123-A = 123A, 0012 = 12.
std::string HouseNumberText(absl::string_view word) {
  std::string number(WithoutLeadingZeros(word));
  const size_t n = number.size();
  if (n > 2 && number[n - 2] == '-' && absl::ascii_isalpha(number[n - 1])) number.erase(n - 2, 1);
  return number;
}

bool IsSpanishStreet(const AddressWord& word) {
  return word == "CALLE" || word == "CLL" || word == "AVENIDA" || word == "AVDA" ||
         word == "CARRERA" || word == "CALLEJON" || word == "PASEO" ||
         word.meaning->suffix == "AVE";
}

// The directional that two words form: NORTH EAST, N E. Empty if they form none.
std::string DirectionalPair(const AddressWord& a, const AddressWord& b) {
  const absl::string_view first = a.meaning->directional;
  const absl::string_view second = b.meaning->directional;
  if ((first == "N" || first == "S") && (second == "E" || second == "W")) {
    return absl::StrCat(first, second);
  }
  return "";
}

// Whether only a suffix is left at `from`, so that the directional before it is the street name:
// NORTH ST, E ST, but not N WELLS.
bool IsAllSuffix(const AddressWords& words, size_t from) {
  if (from >= words.size()) return true;
  const bool ends = from + 1 == words.size() ||
                    (from + 2 == words.size() && !words[from + 1].meaning->directional.empty());
  return ends && words[from].meaning->is_common_suffix;
}

void TakePredirectional(AddressWords* words, AddressParts* parts) {
  if (words->size() < 2) return;
  if (const std::string pair = DirectionalPair((*words)[0], (*words)[1]);
      !pair.empty() && !IsAllSuffix(*words, 2)) {
    parts->predirectional = pair;
    EraseWords(0, 2, words);
    return;
  }
  const absl::string_view direction = (*words)[0].meaning->directional;
  if (direction.empty() || IsAllSuffix(*words, 1)) return;
  parts->predirectional = std::string(direction);
  EraseWords(0, 1, words);
}

void TakePostdirectional(AddressWords* words, AddressParts* parts) {
  const size_t n = words->size();
  if (n >= 3) {
    if (const std::string pair = DirectionalPair((*words)[n - 2], (*words)[n - 1]); !pair.empty()) {
      parts->postdirectional = pair;
      words->resize(n - 2, words->front());
      return;
    }
  }
  // AVENUE E is a name: without E, only a suffix would be left.
  if (n < 2 || words->back().meaning->directional.empty()) return;
  if (n == 2 && words->front().meaning->is_common_suffix) return;
  parts->postdirectional = std::string(words->back().meaning->directional);
  words->pop_back();
}

void TakeSuffix(AddressWords* words, AddressParts* parts) {
  if (words->size() < 2) return;
  const absl::string_view suffix = words->back().meaning->suffix;
  if (suffix.empty()) return;
  parts->suffix = std::string(suffix);
  words->pop_back();
  // BALLAST POINT W BLVD means BALLAST POINT BLVD W.
  const AddressWord& last = words->back();
  const bool abbreviated = last.text.size() <= 2 && !last.meaning->directional.empty();
  if (!abbreviated || words->size() < 2 || !parts->postdirectional.empty()) return;
  if (BeginsWithDigit(words->front().text)) return;  // 1400 N RD
  parts->postdirectional = std::string(last.meaning->directional);
  words->pop_back();
}

// Takes a suffix that comes first: AVENIDA ASHFORD is ASHFORD AVE. In AVENUE OF THE STARS and
// AVENUE E it belongs to the name.
void TakeTypeInFront(AddressWords* words, AddressParts* parts) {
  if (words->size() < 2 || !parts->suffix.empty()) return;
  const AddressWord& first = words->front();
  const bool avenue = first.meaning->suffix == "AVE" || first == "AVENIDA" || first == "AVDA";
  const bool boulevard = first.meaning->suffix == "BLVD" || first == "BULEVAR";
  if (!avenue && !boulevard) return;
  const AddressWord& second = (*words)[1];
  if (second == "OF" || second.text.size() < 3 || HasDigit(second.text)) return;
  if (!second.meaning->directional.empty()) return;
  parts->suffix = avenue ? "AVE" : "BLVD";
  EraseWords(0, 1, words);
}

// Splits words at hyphens, which separate words within a street name: "T-BONE", "I-10".
void PartHyphens(AddressWords* words) {
  const auto joined = [](const AddressWord& word) {
    return word.text.find('-') != std::string::npos;
  };
  if (std::none_of(words->begin(), words->end(), joined)) return;
  AddressWords parted;
  for (const AddressWord& word : *words) {
    for (const absl::string_view text : absl::StrSplit(word.text, '-', absl::SkipEmpty())) {
      parted.emplace_back(text);
    }
  }
  *words = std::move(parted);
}

}  // namespace

void PutSpanishNumberFirst(AddressWords* words) {
  if (words->size() < 3) return;
  if (words->size() > 1 && (*words)[0] == "C" && (*words)[1].text.size() > 2) {
    words->front() = AddressWord("CALLE");  // C/ SOL
  }
  if (!IsSpanishStreet(words->front())) return;
  for (size_t i = 2; i < words->size(); ++i) {
    if (!BeginsWithDigit((*words)[i].text) || IsOrdinalNumber((*words)[i].text)) continue;
    const AddressWord number = (*words)[i];
    EraseWords(i, 1, words);
    if ((*words)[i - 1] == "#" || (*words)[i - 1] == "NUM") EraseWords(i - 1, 1, words);
    words->insert(words->begin(), number);
    return;
  }
}

void TakeHouseNumber(AddressWords* words, AddressParts* parts) {
  if (words->size() > 2 && (*words)[0] == "NO" && BeginsWithDigit((*words)[1].text)) {
    EraseWords(0, 1, words);  // NO 12 OAK LN
  }
  if (words->empty()) return;
  const AddressWord& first = words->front();
  if (words->size() > 2 && !first.meaning->number.empty()) {
    parts->house_number = std::string(first.meaning->number);
  } else if (IsGridNumber(first.text)) {
    parts->house_number = first.text;
    if (words->size() > 2 && IsGridNumber((*words)[1].text)) {
      parts->house_number += (*words)[1].text;
      EraseWords(0, 1, words);
    }
  } else if (BeginsWithDigit(first.text) && !IsOrdinalNumber(first.text)) {
    // A number directly before ST or AVE is the street name: "145 ST".
    if (words->size() == 2 && IsDigits(first.text)) {
      const absl::string_view suffix = (*words)[1].meaning->suffix;
      if (suffix == "ST" || suffix == "AVE") return;
    }
    parts->house_number = HouseNumberText(first.text);
  } else {
    return;
  }
  EraseWords(0, 1, words);
  if (!words->empty() && IsFraction(words->front().text)) {
    absl::StrAppend(&parts->house_number, "-", words->front().text);
    EraseWords(0, 1, words);
  } else if (IsHouseLetter(*words)) {
    parts->house_number += words->front().text;
    EraseWords(0, 1, words);
  }
}

void TakeStreet(AddressWords* words, AddressParts* parts) {
  for (size_t i = words->size(); i-- > 0;) {
    if ((*words)[i] == "#") EraseWords(i, 1, words);
  }
  // A rural route or a military box has already become the street name.
  if (!parts->street_name.empty()) return words->clear();
  PartHyphens(words);
  TakePredirectional(words, parts);
  if (TakeNumberedRoad(words, parts)) return;
  TakePostdirectional(words, parts);
  TakeSuffix(words, parts);
  TakeTypeInFront(words, parts);
  parts->street_name = SpellStreetName(std::move(*words), !parts->suffix.empty());
  words->clear();
}

}  // namespace blindlink::agent
