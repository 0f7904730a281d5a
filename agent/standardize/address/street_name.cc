#include "agent/standardize/address/street_name.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

bool IsOrdinalEnding(absl::string_view word) {
  return word == "TH" || word == "ND" || word == "RD" || word == "ST";
}

// Writes each ordinal as one word in digits: TWENTY FIRST, 9 TH, NINTH, 21TH.
void WriteOrdinalsInDigits(AddressWords* words) {
  for (size_t i = 0; i < words->size(); ++i) {
    AddressWord& word = (*words)[i];
    const bool has_next = i + 1 < words->size();
    const absl::string_view next_ordinal = has_next ? (*words)[i + 1].meaning->ordinal : "";
    if (word.meaning->tens != 0 && next_ordinal.size() == 3) {
      word.text = absl::StrCat(word.meaning->tens, next_ordinal);
      EraseWords(i + 1, 1, words);
    } else if (has_next && IsDigits(word.text) && IsOrdinalEnding((*words)[i + 1].text)) {
      word.text = WithOrdinalEnding(word.text);
      EraseWords(i + 1, 1, words);
    } else if (!word.meaning->ordinal.empty()) {
      word.text = std::string(word.meaning->ordinal);
    } else if (IsOrdinalNumber(word.text)) {
      word.text = WithOrdinalEnding(absl::string_view(word.text).substr(0, word.text.size() - 2));
    }
  }
}

// Whether the word can only be an abbreviation: HLS, RDG, PKWY, AVE.
bool IsAbbreviation(absl::string_view word) {
  return word.find_first_of("AEIOUY") == absl::string_view::npos || word == "AVE" || word == "AV" ||
         word == "CIR";
}

void SpellOutWord(size_t i, const AddressWords& words, std::string* text) {
  const WordMeaning& meaning = *words[i].meaning;
  const bool last = i + 1 == words.size();
  if (!meaning.name.empty()) {
    *text = std::string(meaning.name);
  } else if (*text == "ST" || *text == "STE") {
    // Before a name it means saint; after an ordinal it means street: 19TH ST CT.
    if (!last && (i == 0 || !IsOrdinalNumber(words[i - 1].text))) {
      *text = *text == "ST" ? "SAINT" : "SAINTE";
    }
  } else if (!meaning.suffix.empty() && !(last && i == 0) && IsAbbreviation(*text)) {
    *text = std::string(meaning.suffix_name);
  }
}

bool IsTitleOfKing(absl::string_view word) {
  return word == "DR" || word == "REV" || word == "REVEREND";
}

// Spells the name one way: DR MARTIN LUTHER KING JR, ML KING, MLK.
void SpellKing(AddressWords* words) {
  static const auto* const kKings = new absl::flat_hash_set<absl::string_view>{
      "MLK", "MLKING", "MARTINLKING", "MARTINLUTHERKING", "MARTINLUTHERKG", "MLUTHERKING"};
  if (words->size() > 1 && (words->back() == "JR" || words->back() == "JUNIOR")) words->pop_back();
  while (words->size() > 1 && IsTitleOfKing(words->front().text)) EraseWords(0, 1, words);
  if (!absl::StartsWith(words->front().text, "M")) return;
  std::string joined;
  for (const AddressWord& word : *words) joined += word.text;
  if (!kKings->contains(joined)) return;
  words->front().text = "MARTIN LUTHER KING";
  words->resize(1, words->front());
}

}  // namespace

std::string SpellStreetName(AddressWords words, bool has_suffix) {
  if (words.empty()) return "";
  WriteOrdinalsInDigits(&words);
  SpellKing(&words);
  if (words.size() == 1 && has_suffix && IsDigits(words[0].text)) {
    return WithOrdinalEnding(words[0].text);
  }
  std::string name;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string text = words[i].text;
    SpellOutWord(i, words, &text);
    absl::StrAppend(&name, i == 0 ? "" : " ", text);
  }
  return name;
}

}  // namespace blindlink::agent
