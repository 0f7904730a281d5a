#include "agent/standardize/address/address_unit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

bool IsLetter(absl::string_view word) { return word.size() == 1 && absl::ascii_isalpha(word[0]); }

void AddUnit(absl::string_view unit, AddressParts* parts) {
  std::string id;
  for (const char c : unit) {
    if (absl::ascii_isalnum(c)) id.push_back(c);
  }
  if (id.empty()) return;
  if (IsDigits(id)) id = std::string(WithoutLeadingZeros(id));
  absl::StrAppend(&parts->unit, parts->unit.empty() ? "" : "-", id);
}

// Whether the word can be a unit's number: 4, 4B, C-D, B.
bool IsUnitNumber(absl::string_view word) {
  return HasDigit(word) || IsLetter(word) || absl::StrContains(word, '-');
}

absl::string_view OrdinalOf(const AddressWord& word) {
  return IsOrdinalNumber(word.text) ? absl::string_view(word.text) : word.meaning->ordinal;
}

bool IsFloor(const AddressWord& word) {
  return word.meaning->designates_unit && word.meaning->unit == "FL";
}

// Skips "NO", "#" and a second designator before the number: "# APT 1", "APT NO 4".
size_t SkipDesignators(const AddressWords& words, size_t i) {
  while (i + 1 < words.size() &&
         (words[i] == "#" || words[i] == "NO" || words[i].meaning->is_dwelling)) {
    ++i;
  }
  return i;
}

// Whether the words before `i` are a kind of road, so that the number is the road's: HIGHWAY # 50,
// US HWY NO 2. In BUFORD HWY # 5 the number is a unit.
bool IsRoadKind(const AddressWords& words, size_t i) {
  const absl::string_view road = i == 0 ? "" : words[i - 1].meaning->road;
  if (road.empty() || road == "AVE" || (road == "RD" && i < 3)) return false;
  if (i <= 2) return i == 1 || BeginsWithDigit(words[0].text);
  const WordMeaning& before = *words[i - 2].meaning;
  const bool kind = !before.road.empty() || words[i - 2] == "S";
  return kind || (i == 3 && road != "RD" && !before.directional.empty());
}

// Reads the unit number at `i` and returns its number of words. At the end, "13 C" means 13C.
size_t NumberAt(const AddressWords& words, size_t i, absl::string_view kept, std::string* unit) {
  *unit = absl::StrCat(kept, words[i].text);
  const bool letter_follows =
      i + 2 == words.size() && IsDigits(words[i].text) && IsLetter(words[i + 1].text);
  if (!letter_follows) return 1;
  *unit += words[i + 1].text;
  return 2;
}

// 2ND FLOOR, GROUND FLOOR, LOWER LEVEL, NORTH TOWER.
size_t PlacedUnitAt(const AddressWords& words, size_t i, std::string* unit) {
  if (i == 1 || i + 1 >= words.size()) return 0;
  const AddressWord& next = words[i + 1];
  const absl::string_view ordinal = OrdinalOf(words[i]);
  if (!ordinal.empty() && IsFloor(next)) {
    *unit = absl::StrCat("FL", ordinal.substr(0, ordinal.size() - 2));
    return 2;
  }
  if (i > 2 && i + 2 == words.size() && IsDigits(words[i].text) && IsFloor(next)) {
    *unit = absl::StrCat("FL", words[i].text);  // 2 FLOOR
    return 2;
  }
  const bool at_end = i > 0 && (i + 2 == words.size() || words[i + 2].meaning->designates_unit);
  if (!at_end || !next.meaning->designates_unit) return 0;
  if (!words[i].meaning->unit_alone.empty()) {
    *unit = std::string(words[i].meaning->unit_alone);
    return 2;
  }
  if (words[i].meaning->directional.empty() || next.meaning->unit != "BLDG") return 0;
  *unit = absl::StrCat("BLDG", words[i].meaning->directional);
  return 2;
}

size_t DesignatedUnitAt(const AddressWords& words, size_t i, std::string* unit) {
  const WordMeaning& meaning = *words[i].meaning;
  if (words[i] == "#" && i + 1 == words.size()) return 1;
  if (i + 1 >= words.size()) return 0;
  if (words[i] == "#" && BeginsWithDigit(words[i + 1].text) && IsRoadKind(words, i)) return 0;
  const size_t number = SkipDesignators(words, i + 1);
  if (number + 1 < words.size() && IsFloor(words[number + 1])) {
    if (const size_t count = PlacedUnitAt(words, number, unit); count > 0)
      return number - i + count;
  }
  // After a street, a dwelling's number may be a word.
  const bool last = number + 1 == words.size();
  const bool any_word = words[i] == "#" || (meaning.is_dwelling && last && i > 1);
  if (!any_word && !IsUnitNumber(words[number].text)) return 0;
  return number - i + NumberAt(words, number, meaning.unit, unit);
}

// 17TH STREET NO 2202.
size_t NumberSignAt(const AddressWords& words, size_t i, std::string* unit) {
  if (words[i] != "NO" || i < 2 || i + 1 >= words.size()) return 0;
  if (words[i - 1].meaning->suffix.empty() || !HasDigit(words[i + 1].text)) return 0;
  if (IsRoadKind(words, i)) return 0;
  *unit = words[i + 1].text;
  return 2;
}

// Reads the unit at `i` into `unit` and returns its number of words; 0 if there is none.
size_t UnitAt(const AddressWords& words, size_t i, std::string* unit) {
  const WordMeaning& meaning = *words[i].meaning;
  if (const size_t count = PlacedUnitAt(words, i, unit); count > 0) return count;
  if (meaning.designates_unit) {
    if (const size_t count = DesignatedUnitAt(words, i, unit); count > 0) return count;
  }
  if (const size_t count = NumberSignAt(words, i, unit); count > 0) return count;
  if (i + 1 != words.size() || i <= 2) return 0;
  *unit = std::string(meaning.unit_alone);
  return !unit->empty() || meaning.is_dwelling ? 1 : 0;  // a dwelling without a number
}

// Whether a designator and its words are the street name, because only the suffix follows: "12 LOT
// ST", "12 LOT 5 RD".
bool IsStreetName(const AddressWords& words, size_t i, size_t count) {
  const size_t next = i + count;
  return i == 1 && next + 1 == words.size() && !words[next].meaning->suffix.empty();
}

// Whether the words before `end` are a complete street: MAIN ST, W JACKSON. HWY, AVENUE and 21 ST
// may still need the word that follows.
bool IsWholeStreet(const AddressWords& words, size_t end) {
  if (end < 2 || !BeginsWithDigit(words[0].text)) return false;
  const WordMeaning& last = *words[end - 1].meaning;
  if (!last.suffix.empty()) {
    if (end < 3 || last.suffix == "HWY" || last.suffix == "RTE" || last.suffix == "LOOP")
      return false;
    const AddressWord& name = words[end - 2];
    if (name.meaning->road == "COUNTY RD" || name.meaning->road == "TOWNSHIP RD") return false;
    if (name == "MARKET" && words[end - 3] == "TO") return false;  // FARM TO MARKET RD 1960
    if (name == "STATE" || !name.meaning->directional.empty()) return end > 3 && name != "STATE";
    return !HasDigit(name.text) || IsOrdinalNumber(name.text) || end > 3;
  }
  if (!last.directional.empty()) {
    const WordMeaning& before = *words[end - 2].meaning;
    if (before.suffix == "HWY") return false;
    return end > 3 && (!before.suffix.empty() ||
                       (!before.directional.empty() && !words[end - 3].meaning->suffix.empty()));
  }
  return last.road.empty() && words[end - 1].text.size() > 2 && !HasDigit(words[end - 1].text) &&
         words[1] != "CALLE" && words[1] != "CAMINO";
}

// "12 MAIN ST 4B", "12 MAIN ST B", "12 JACKSON 512": the street is complete, so the last word is a
// unit.
bool IsBareUnit(const AddressWords& words) {
  if (words.size() < 3) return false;
  const std::string& last = words.back().text;
  const size_t end = words.size() - 1;
  const WordMeaning& before = *words[end - 1].meaning;
  if (IsLetter(last)) {
    const bool behind_directional = !before.directional.empty() && before.directional.size() == 2;
    return words.back().meaning->directional.empty() && words.size() > 3 &&
           (behind_directional || (before.is_common_suffix && before.suffix != "AVE")) &&
           IsWholeStreet(words, end);
  }
  if (!HasDigit(last) || IsOrdinalNumber(last) || !IsWholeStreet(words, end)) return false;
  return !before.suffix.empty() || !before.directional.empty() || last.size() > 1;
}

// Australia: 3/12 SMITH ST. A fraction would follow the house number: 12 1/2 SMITH ST.
void TakeUnitBeforeSlash(AddressWords* words, AddressParts* parts) {
  if (words->size() < 2 || !parts->unit.empty() || BeginsWithDigit((*words)[1].text)) return;
  std::string& first = words->front().text;
  const size_t slash = first.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 >= first.size()) return;
  AddUnit(first.substr(0, slash), parts);
  first.erase(0, slash + 1);
}

}  // namespace

void TakeUnits(AddressWords* words, AddressParts* parts) {
  // In "# 12 MAIN ST", the number is the house number.
  if (words->size() > 3 && (*words)[0] == "#" && !BeginsWithDigit((*words)[2].text)) {
    EraseWords(0, 1, words);
  }
  for (size_t i = 0; i < words->size();) {
    std::string unit;
    const size_t count = UnitAt(*words, i, &unit);
    const bool nothing_left =
        count == words->size() && parts->street_name.empty() && parts->po_box.empty();
    if (count == 0 || IsStreetName(*words, i, count) || nothing_left) {
      ++i;
      continue;
    }
    AddUnit(unit, parts);
    EraseWords(i, count, words);
  }
  TakeUnitBeforeSlash(words, parts);
  if (parts->unit.empty() && IsBareUnit(*words)) {
    AddUnit(words->back().text, parts);
    words->pop_back();
  }
}

}  // namespace blindlink::agent
