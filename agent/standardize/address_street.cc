#include "agent/standardize/address_street.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/standardize/address_unit.h"
#include "agent/standardize/address_words.h"
#include "agent/standardize/text.h"

namespace blindlink {
namespace {

using Words = std::vector<std::string>;

void PopFront(Words* words, size_t count) {
  words->erase(words->begin(), words->begin() + static_cast<ptrdiff_t>(count));
}

// Wisconsin: N6W23001.
bool IsGridNumber(const std::string& word) {
  return word.size() > 2 && absl::string_view("NSEW").find(word[0]) != absl::string_view::npos &&
         absl::ascii_isdigit(word[1]) && absl::ascii_isdigit(word.back());
}

bool IsFraction(const std::string& word) {
  return word.size() == 3 && word[1] == '/' && absl::ascii_isdigit(word[0]) &&
         absl::ascii_isdigit(word[2]);
}

// "12 A SMITH ST" is 12A; "12 A ST" is A Street, "12 N SMITH ST" has a directional.
bool IsHouseLetter(const Words& words) {
  return words.size() > 2 && words[0].size() == 1 && absl::ascii_isalpha(words[0][0]) &&
         Directional(words[0]).empty() && StreetSuffix(words[1]).empty();
}

// Two words for one: NORTH EAST, N E.
std::string DirectionalPair(const std::string& a, const std::string& b) {
  const absl::string_view first = Directional(a);
  const absl::string_view second = Directional(b);
  if ((first == "N" || first == "S") && (second == "E" || second == "W")) {
    return absl::StrCat(first, second);
  }
  return "";
}

// A directional is the street's name where nothing else could be: NORTH ST, E ST.
bool IsAllSuffix(const Words& words, size_t from) {
  return from >= words.size() || (from + 1 == words.size() && !StreetSuffix(words[from]).empty());
}

void TakePredirectional(Words* words, AddressParts* parts) {
  if (words->size() < 2) return;
  if (const std::string pair = DirectionalPair((*words)[0], (*words)[1]);
      !pair.empty() && !IsAllSuffix(*words, 2)) {
    parts->predirectional = pair;
    PopFront(words, 2);
    return;
  }
  const absl::string_view direction = Directional((*words)[0]);
  if (direction.empty() || IsAllSuffix(*words, 1)) return;
  parts->predirectional = std::string(direction);
  PopFront(words, 1);
}

void TakePostdirectional(Words* words, AddressParts* parts) {
  const size_t n = words->size();
  if (n >= 3) {
    if (const std::string pair = DirectionalPair((*words)[n - 2], (*words)[n - 1]); !pair.empty()) {
      parts->postdirectional = pair;
      words->resize(n - 2);
      return;
    }
  }
  // AVENUE E is a name: nothing would be left but a suffix.
  if (n < 2 || Directional(words->back()).empty()) return;
  if (n == 2 && !StreetSuffix(words->front()).empty()) return;
  parts->postdirectional = std::string(Directional(words->back()));
  words->pop_back();
}

void TakeSuffix(Words* words, AddressParts* parts) {
  if (words->size() < 2) return;
  const absl::string_view suffix = StreetSuffix(words->back());
  if (suffix.empty()) return;
  parts->suffix = std::string(suffix);
  words->pop_back();
}

// TWENTY FIRST, 9 TH, NINTH: one word in digits each.
void WriteOrdinalsInDigits(Words* words) {
  Words out;
  for (size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    const bool has_next = i + 1 < words->size();
    const absl::string_view next_ordinal = has_next ? Ordinal((*words)[i + 1]) : "";
    if (const int tens = Tens(word); tens != 0 && next_ordinal.size() == 3) {
      out.push_back(absl::StrCat(tens, next_ordinal));
      ++i;
    } else if (has_next && IsDigits(word) && (*words)[i + 1] == "TH") {
      out.push_back(WithOrdinalEnding(word));
      ++i;
    } else if (const absl::string_view ordinal = Ordinal(word); !ordinal.empty()) {
      out.emplace_back(ordinal);
    } else {
      out.push_back(word);
    }
  }
  *words = std::move(out);
}

// SAINT and MOUNT stand before a name; "DR MARTIN LUTHER KING JR" has many spellings.
void SpellOutName(Words* words) {
  if (words->size() > 1) {
    std::string& first = words->front();
    if (first == "ST") first = "SAINT";
    if (first == "STE") first = "SAINTE";
    if (first == "MT") first = "MOUNT";
    if (first == "FT") first = "FORT";
  }
  if (words->size() > 1 && words->back() == "JR") words->pop_back();
  if (words->size() > 1 && (words->front() == "DR" || words->front() == "REV")) PopFront(words, 1);
  const std::string joined = absl::StrJoin(*words, "");
  if (joined == "MLK" || joined == "MLKING" || joined == "MARTINLKING") {
    *words = {"MARTIN", "LUTHER", "KING"};
  }
}

// STATE HIGHWAY 50 = STATE HWY 50, SR 9 = STATE RTE 9: the number is the name.
bool WriteNumberedRoad(Words* words) {
  const size_t n = words->size();
  if (n < 2 || !absl::ascii_isdigit(words->back()[0]) || IsOrdinalNumber(words->back()))
    return false;
  std::string& road = (*words)[n - 2];
  const absl::string_view standard = NumberedRoad(road);
  if (standard.empty()) return false;
  road = std::string(standard);
  if (n > 2 && (*words)[n - 3] == "US") words->erase(words->end() - 3);
  if (n > 2 && (*words)[0] == "CO") (*words)[0] = "COUNTY";
  return true;
}

}  // namespace

void TakeHouseNumber(Words* words, AddressParts* parts) {
  if (words->empty()) return;
  const std::string& first = words->front();
  if (words->size() > 2 && !NumberWord(first).empty()) {
    parts->house_number = std::string(NumberWord(first));
  } else if ((absl::ascii_isdigit(first[0]) && !IsOrdinalNumber(first)) || IsGridNumber(first)) {
    // A lone number in front of them is a street's: "145 ST".
    if (words->size() == 2 && IsDigits(first)) {
      const absl::string_view suffix = StreetSuffix((*words)[1]);
      if (suffix == "ST" || suffix == "AVE") return;
    }
    const size_t digits = first.find_first_not_of('0');
    parts->house_number = digits == std::string::npos ? first : first.substr(digits);
  } else {
    return;
  }
  PopFront(words, 1);
  if (!words->empty() && IsFraction(words->front())) {
    absl::StrAppend(&parts->house_number, "-", words->front());
    PopFront(words, 1);
  } else if (IsHouseLetter(*words)) {
    parts->house_number += words->front();
    PopFront(words, 1);
  }
}

void TakeStreet(Words* words, AddressParts* parts) {
  words->erase(std::remove_if(words->begin(), words->end(),
                              [](const std::string& word) { return word == "#"; }),
               words->end());
  TakePredirectional(words, parts);
  if (!WriteNumberedRoad(words)) {
    TakePostdirectional(words, parts);
    TakeSuffix(words, parts);
    WriteOrdinalsInDigits(words);
    SpellOutName(words);
    if (words->size() == 1 && IsDigits(words->front()) && !parts->suffix.empty()) {
      words->front() = WithOrdinalEnding(words->front());
    }
  }
  parts->street_name = absl::StrJoin(*words, " ");
  words->clear();
}

}  // namespace blindlink
