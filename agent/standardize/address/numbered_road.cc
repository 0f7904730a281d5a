#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/address/state_codes.h"
#include "agent/standardize/address/street_name.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

bool Is(const AddressWords& words, size_t i, absl::string_view word) {
  return i < words.size() && words[i] == word;
}

bool IsRoadWord(const AddressWords& words, size_t i) {
  if (i >= words.size() || words[i].meaning->road.empty()) return false;
  return words[i] != "AVE" && words[i] != "AVENUE" && words[i] != "LOOP";
}

// The number of leading words that name the kind of road, which is stored in `kind`.
size_t RoadWords(const AddressWords& words, absl::string_view* kind) {
  size_t i = 0;
  while (i < words.size()) {
    const absl::string_view road = words[i].meaning->road;
    if (Is(words, i, "U") && Is(words, i + 1, "S")) {
      *kind = "HWY";
      i += 2;
    } else if (Is(words, i, "FARM") && Is(words, i + 1, "TO") && Is(words, i + 2, "MARKET")) {
      *kind = "FM";
      i += 3;
    } else if (!road.empty()) {
      if (kind->empty()) *kind = road;
      ++i;
      if (Is(words, i, "NO") && i + 1 < words.size() && HasDigit(words[i + 1].text)) ++i;
    } else if (i == 0 && IsRoadWord(words, 1) && !StateCode(words[0].text).empty()) {
      *kind = "HWY";  // AL HIGHWAY 157, INDIANA 212
      ++i;
    } else {
      break;
    }
  }
  return i;
}

// Whether a word is a road's number: 50, 9A. County roads and state routes also have letters: MM,
// H.
bool IsRoadNumber(const AddressWords& words, size_t i, absl::string_view kind) {
  const AddressWord& word = words[i];
  if (BeginsWithDigit(word.text)) return !IsOrdinalNumber(word.text);
  const bool lettered = kind == "HWY" || kind == "COUNTY RD" || kind == "TOWNSHIP RD";
  return lettered && i + 1 == words.size() && word.text.size() <= 2 && IsLatinLetters(word.text) &&
         word.meaning->suffix.empty();
}

absl::string_view Branch(absl::string_view word) {
  if (word == "BUSINESS" || word == "BUS" || word == "BUSN" || word == "BUSINES") return "BUS";
  if (word == "ALT" || word == "ALTERNATE") return "ALT";
  if (word == "BYP" || word == "BYPASS") return "BYP";
  return word == "TRUCK" || word == "SPUR" ? word : "";
}

// Reads what may follow the number. False if anything else follows.
bool TakeBehind(const AddressWords& words, size_t i, std::string* name, std::string* directional) {
  for (; i < words.size(); ++i) {
    const AddressWord& word = words[i];
    if (const absl::string_view branch = Branch(word.text); !branch.empty()) {
      absl::StrAppend(name, " ", branch);
    } else if (!word.meaning->directional.empty()) {
      absl::StrAppend(directional, word.meaning->directional);
    } else if (word == "KM" || word == "KILOMETRO") {
      if (i + 1 >= words.size() || !BeginsWithDigit(words[i + 1].text)) return false;
      absl::StrAppend(name, " KM ", words[++i].text);
    } else if (word == "HM" && i + 1 < words.size()) {
      absl::StrAppend(name, ".", words[++i].text);  // KM 4 HM 5 is KM 4.5
    } else if (word.meaning->suffix != "HWY") {
      return false;
    }
  }
  return true;
}

// A cheap check that rejects most streets.
bool MayBeNumbered(const AddressWords& words) {
  if (words.size() < 2) return false;
  const AddressWord& first = words[0];
  return !first.meaning->road.empty() || IsRoadWord(words, 1) || first == "U" || first == "OLD" ||
         first == "FARM" || Branch(first.text) == "BUS";
}

bool ParseNumberedRoad(AddressWords road, AddressParts* parts) {
  const bool old = road.size() > 2 && road.front() == "OLD";
  if (old) EraseWords(0, 1, &road);
  absl::string_view kind, branch;
  if (road.size() > 1 && Branch(road[0].text) == "BUS") {  // BUSINESS 190
    kind = "HWY";
    branch = " BUS";
    EraseWords(0, 1, &road);
  }
  const size_t number = RoadWords(road, &kind);
  if ((number == 0 && branch.empty()) || number >= road.size()) return false;
  if (!IsRoadNumber(road, number, kind)) return false;
  std::string name = absl::StrCat(old ? "OLD " : "", kind, " ", road[number].text, branch);
  std::string directional;
  if (!TakeBehind(road, number + 1, &name, &directional)) return false;
  parts->street_name = std::move(name);
  parts->postdirectional = std::move(directional);
  return true;
}

}  // namespace

bool TakeNumberedRoad(AddressWords* words, AddressParts* parts) {
  if (!MayBeNumbered(*words) || !ParseNumberedRoad(*words, parts)) return false;
  words->clear();
  return true;
}

}  // namespace blindlink::agent
