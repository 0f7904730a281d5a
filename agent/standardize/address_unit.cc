#include "agent/standardize/address_unit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/address_words.h"
#include "agent/standardize/text.h"

namespace blindlink {
namespace {

using Words = std::vector<std::string>;

void Erase(Words* words, size_t from, size_t count) {
  const auto begin = words->begin() + static_cast<ptrdiff_t>(from);
  words->erase(begin, begin + static_cast<ptrdiff_t>(count));
}

void AddUnit(const std::string& unit, AddressParts* parts) {
  std::string id;
  for (const char c : unit) {
    if (absl::ascii_isalnum(c)) id.push_back(c);
  }
  if (IsDigits(id)) id.erase(0, std::min(id.find_first_not_of('0'), id.size() - 1));
  if (!parts->unit.empty() && !id.empty()) parts->unit.push_back('-');
  parts->unit += id;
}

bool IsUnitNumber(const std::string& word) {
  return HasDigit(word) || (word.size() == 1 && absl::ascii_isalpha(word[0]));
}

// "APT4B" -> "4B".
std::string FusedUnitNumber(const std::string& word) {
  for (const absl::string_view designator : {"APT", "UNIT", "STE", "LOT", "RM"}) {
    if (word.size() > designator.size() && absl::StartsWith(word, designator) &&
        absl::ascii_isdigit(word[designator.size()])) {
      return word.substr(designator.size());
    }
  }
  return "";
}

bool IsDwelling(const std::string& word) {
  return word == "APT" || word == "APARTMENT" || word == "UNIT" || word == "STE" || word == "SUITE";
}

// How many words from `i` on name a unit, 0 if none; the unit's text in `unit`.
size_t UnitAt(const Words& words, size_t i, std::string* unit) {
  const bool has_next = i + 1 < words.size();
  bool designates = false;
  const absl::string_view kept = UnitDesignator(words[i], &designates);
  if (designates && words[i] == "#") {
    *unit = has_next ? words[i + 1] : "";
    return has_next ? 2 : 1;
  }
  if (designates && has_next) {
    size_t number = i + 1;
    if (number + 1 < words.size() && (words[number] == "#" || words[number] == "NO")) ++number;
    // A dwelling may have a word for its number, behind a street.
    const bool last = number + 1 == words.size();
    if (IsUnitNumber(words[number]) || (IsDwelling(words[i]) && last && i > 1)) {
      *unit = absl::StrCat(kept, words[number]);
      return number - i + 1;
    }
  }
  if (has_next && i > 1 && (IsOrdinalNumber(words[i]) || !Ordinal(words[i]).empty())) {
    bool floor = false;
    if (UnitDesignator(words[i + 1], &floor) == "FL" && floor) {  // 2ND FLOOR
      const std::string ordinal(Ordinal(words[i]).empty() ? words[i] : Ordinal(words[i]));
      *unit = absl::StrCat("FL", ordinal.substr(0, ordinal.size() - 2));
      return 2;
    }
  }
  if (const std::string fused = FusedUnitNumber(words[i]); !fused.empty()) {
    *unit = fused;
    return 1;
  }
  if (!has_next && i > 2 && IsDwelling(words[i])) return 1;  // its number was left off
  if (!has_next && i > 2 && !UnitAlone(words[i]).empty()) {
    *unit = std::string(UnitAlone(words[i]));
    return 1;
  }
  return 0;
}

// LOT 5 RD and UNIT 3 are told apart by what follows: a designator in front of the suffix that ends
// the address is a street's name ("12 LOT ST").
bool IsStreetName(const Words& words, size_t i, size_t count) {
  const size_t next = i + count;
  return i <= 1 && i > 0 && next < words.size() && !StreetSuffix(words[next]).empty() &&
         next + 1 == words.size();
}

// "12 MAIN ST 4B": the road is complete, so the number is a unit. "HWY 50" and "AVENUE 12" are not
// complete before it.
bool IsBareUnit(const Words& words) {
  if (words.size() < 4) return false;
  const std::string& last = words.back();
  const std::string& suffix = words[words.size() - 2];
  if (!HasDigit(last) || IsOrdinalNumber(last) || StreetSuffix(suffix).empty()) return false;
  const std::string& name = words[words.size() - 3];
  const absl::string_view road = NumberedRoad(suffix);
  if (road == "HWY" || road == "RTE" || road == "LOOP") return false;
  if (name == "COUNTY" || name == "STATE" || name == "TOWNSHIP" || name == "CO") return false;
  return !HasDigit(name) || IsOrdinalNumber(name) || words.size() > 4;
}

}  // namespace

bool HasDigit(const std::string& word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool IsOrdinalNumber(const std::string& word) {
  if (word.size() < 3 || !absl::ascii_isdigit(word[0])) return false;
  const size_t letters = word.find_first_not_of("0123456789");
  if (letters == std::string::npos || letters + 2 != word.size()) return false;
  const absl::string_view ending = absl::string_view(word).substr(letters);
  return ending == "ST" || ending == "ND" || ending == "RD" || ending == "TH";
}

void TakePoBox(Words* words, AddressParts* parts) {
  const auto is = [&](size_t i, absl::string_view word) {
    return i < words->size() && (*words)[i] == word;
  };
  for (size_t i = 0; i < words->size(); ++i) {
    size_t count = 0;
    if (is(i, "POBOX") || is(i, "POB") || (i == 0 && is(i, "BOX"))) count = 1;
    if ((is(i, "PO") || is(i, "GPO")) && (is(i + 1, "BOX") || is(i + 1, "BX"))) count = 2;
    if (is(i, "P") && is(i + 1, "O") && (is(i + 2, "BOX") || is(i + 2, "BX"))) count = 3;
    if (is(i, "POST") && is(i + 1, "OFFICE") && is(i + 2, "BOX")) count = 3;
    if (is(i, "POST") && is(i + 1, "BOX")) count = 2;
    if (count == 0) continue;
    if (is(i + count, "#") || is(i + count, "NO")) ++count;
    if (i + count >= words->size()) continue;
    const std::string& number = (*words)[i + count];
    const size_t digits = number.find_first_not_of('0');
    parts->po_box = digits == std::string::npos ? number : number.substr(digits);
    Erase(words, i, count + 1);
    return;
  }
}

void TakeUnits(Words* words, AddressParts* parts) {
  for (size_t i = 0; i < words->size();) {
    std::string unit;
    const size_t count = UnitAt(*words, i, &unit);
    if (count == 0 || IsStreetName(*words, i, count) || count == words->size()) {
      ++i;
      continue;
    }
    AddUnit(unit, parts);
    Erase(words, i, count);
  }
  // Australia: 3/12 SMITH ST. A fraction stands behind the house number instead.
  if (words->size() > 1) {
    std::string& first = words->front();
    const size_t slash = first.find('/');
    if (slash != std::string::npos && slash > 0 && slash + 1 < first.size() &&
        parts->unit.empty() && !absl::ascii_isdigit((*words)[1][0])) {
      AddUnit(first.substr(0, slash), parts);
      first.erase(0, slash + 1);
    }
  }
  if (parts->unit.empty() && IsBareUnit(*words)) {
    AddUnit(words->back(), parts);
    words->pop_back();
  }
}

}  // namespace blindlink
