#include "agent/clinical/terms/term_words.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/word_rules.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

// Collapses the digraphs in which British and American spelling differ, on both sides alike:
// HAEMORRHAGE and HEMORRHAGE, OEDEMA and EDEMA.
std::string WithoutDigraphs(absl::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool digraph = word.size() > 4 && i + 1 < word.size() &&
                         (word[i] == 'A' || word[i] == 'O') && word[i + 1] == 'E';
    if (!digraph) out.push_back(word[i]);
  }
  return out;
}

void ReplaceEnd(absl::string_view end, absl::string_view with, std::string* word) {
  if (word->size() > end.size() + 1 && absl::EndsWith(*word, end)) {
    word->replace(word->size() - end.size(), end.size(), with.data(), with.size());
  }
}

std::string American(absl::string_view word) {
  if (word.size() < 5) return std::string(word);
  std::string out = absl::EndsWith(word, "AE") ? std::string(word.substr(0, word.size() - 1))
                                               : WithoutDigraphs(word);
  absl::StrReplaceAll({{"ISATION", "IZATION"}, {"SULPH", "SULF"}, {"LEUC", "LEUK"}}, &out);
  ReplaceEnd("OUR", "OR", &out);
  ReplaceEnd("OURS", "ORS", &out);
  ReplaceEnd("BRE", "BER", &out);
  ReplaceEnd("TRE", "TER", &out);
  ReplaceEnd("ISED", "IZED", &out);
  return out;
}

// After Harman's S-stemmer (1991), with the plurals of medical Latin and Greek.
std::string Singular(std::string word) {
  if (word.size() < 4) return word;
  if (absl::EndsWith(word, "SS") || absl::EndsWith(word, "US") || absl::EndsWith(word, "IS")) {
    return word;
  }
  if (word.size() > 6 && (absl::EndsWith(word, "OSES") || absl::EndsWith(word, "ASES") ||
                          absl::EndsWith(word, "ESES"))) {
    // Diagnoses, metastases, pareses; but diseases and noses.
    if (!absl::EndsWith(word, "SEASES") && !absl::EndsWith(word, "RASES")) {
      word[word.size() - 2] = 'I';
      return word;
    }
  }
  if (absl::EndsWith(word, "ITIDES")) return word.substr(0, word.size() - 3) + "S";
  if (absl::EndsWith(word, "IES")) return word.substr(0, word.size() - 3) + "Y";
  for (const absl::string_view end : {"XES", "CHES", "SHES", "SSES", "ZES"}) {
    if (absl::EndsWith(word, end)) return word.substr(0, word.size() - 2);
  }
  if (word.back() == 'S') word.pop_back();
  return word;
}

std::string MakeCanonical(absl::string_view word) {
  if (const absl::string_view fixed = IrregularWord(word); !fixed.empty())
    return std::string(fixed);
  return Singular(American(word));
}

// Words repeat, so each thread remembers some. Valid until the next call.
const std::string& Canonical(absl::string_view word) {
  constexpr size_t kMostRemembered = size_t{1} << 15;
  thread_local absl::flat_hash_map<std::string, std::string> remembered;
  const auto found = remembered.find(word);
  if (found != remembered.end()) return found->second;
  if (remembered.size() >= kMostRemembered) remembered.clear();
  return remembered.emplace(word, MakeCanonical(word)).first->second;
}

// The part that a noun and its adjective share: CORNEA and CORNEAL, PLACENTA and PLACENTAL.
std::string Stem(const std::string& word) {
  constexpr size_t kShortest = 5;
  for (const absl::string_view end : {"ICAL", "EAL", "IAL", "OUS", "IVE", "ARY", "IC", "AL", "AR",
                                      "IA", "IS", "US", "UM", "ED", "A", "E", "Y"}) {
    if (word.size() >= kShortest + end.size() && absl::EndsWith(word, end)) {
      return word.substr(0, word.size() - end.size());
    }
  }
  return word;
}

bool IsNumber(const std::string& word) {
  return !word.empty() && absl::ascii_isdigit(static_cast<unsigned char>(word[0]));
}

// "IXB", "IIID": a Roman numeral and the letter of a kind.
bool IsNumeralWithLetter(absl::string_view word) {
  if (word.size() < 2 || word.back() < 'A' || word.back() > 'H') return false;
  word.remove_suffix(1);
  if (word == "I" || word == "V" || word == "X") return true;
  const absl::string_view number = IrregularWord(word);
  return !number.empty() && absl::ascii_isdigit(static_cast<unsigned char>(number[0]));
}

bool OnlyNumbersAndLetters(const TermWordList& words, size_t from, size_t to) {
  return std::all_of(words.begin() + static_cast<ptrdiff_t>(from),
                     words.begin() + static_cast<ptrdiff_t>(to),
                     [](const std::string& word) { return IsNumber(word) || word.size() == 1; });
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         (static_cast<unsigned char>(c) & 0x80);
}

// Calls `use` for each run of letters or of digits. An apostrophe within a word does not part it,
// and a final 'S is left out.
template <typename Use>
void ForEachPiece(absl::string_view folded, Use use) {
  std::string piece;
  const auto flush = [&] {
    if (!piece.empty()) use(piece);
    piece.clear();
  };
  for (size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    if (c == '\'') {
      const bool possessive = i + 1 < folded.size() && folded[i + 1] == 'S' &&
                              (i + 2 == folded.size() || !IsWordByte(folded[i + 2]));
      if (possessive) ++i;
      continue;
    }
    if (!IsWordByte(c)) {
      flush();
      continue;
    }
    if (!piece.empty() && absl::ascii_isdigit(piece.back()) != absl::ascii_isdigit(c)) flush();
    piece.push_back(c);
  }
  flush();
}

uint64_t Mix(uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

constexpr uint64_t kFnvOffset = 0xcbf29ce484222325ULL;

uint64_t AddToHash(uint64_t h, absl::string_view text) {
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

void SortUnique(TermWordList* words) {
  std::sort(words->begin(), words->end());
  words->erase(std::unique(words->begin(), words->end()), words->end());
}

}  // namespace

std::string FoldTerm(absl::string_view raw) {
  std::string folded;
  const bool greek =
      raw.find('\xCE') != absl::string_view::npos || raw.find('\xCF') != absl::string_view::npos;
  FoldText(greek ? GreekLettersByName(raw) : std::string(raw), &folded);
  return folded;
}

TermWordList WordsOf(absl::string_view folded) {
  TermWordList words;
  ForEachPiece(folded, [&](absl::string_view piece) {
    if (IsStopWord(piece)) return;
    words.push_back(Canonical(piece));
  });
  return words;
}

std::string CompactOf(absl::string_view folded) {
  std::string out;
  ForEachPiece(folded,
               [&](absl::string_view piece) { absl::StrAppend(&out, WithoutDigraphs(piece)); });
  return out;
}

TermWordList BagOf(const TermWordList& words) {
  TermWordList bag;
  for (const std::string& word : words) {
    if (!IsEmptyWord(word)) bag.push_back(word);
  }
  if (bag.empty()) bag = words;
  SortUnique(&bag);
  return bag;
}

TermWordList ConceptsOf(const TermWordList& words) {
  TermWordList concepts;
  const bool numbered = std::any_of(words.begin(), words.end(), IsNumber);
  for (size_t i = 0; i < words.size();) {
    size_t used = 1;
    const absl::string_view meaning = PhraseMeaning(words, i, &used);
    if (!meaning.empty()) {
      for (const absl::string_view word : absl::StrSplit(meaning, ' ')) {
        concepts.push_back(Stem(std::string(word)));
      }
    } else if (!IsEmptyWord(words[i]) && !(numbered && IsScaleWord(words[i]))) {
      concepts.push_back(Stem(words[i]));
    }
    i += used;
  }
  if (concepts.empty()) concepts = words;
  SortUnique(&concepts);
  return concepts;
}

TermWordList WithoutKinds(const TermWordList& words) {
  TermWordList kept;
  size_t after_noun = 0;  // where a word stood after "form", "variant", "group"
  for (size_t i = 0; i < words.size(); ++i) {
    const bool begins = i + 1 < words.size() && KindWords(words[i], words[i + 1]) == 2;
    if (begins) {
      ++i;
    } else if (KindWords(words[i], "") == 0) {
      kept.push_back(words[i]);
    } else {
      after_noun = kept.size();
    }
  }
  size_t size = kept.size();
  if (size > 1 && IsNumeralWithLetter(kept[size - 1])) --size;
  const auto numbered = [&kept](size_t last) { return IsNumber(kept[last - 1]); };
  // Numbers and letters after them at the end: "4 C", "1 EE"; letters alone only after a noun.
  if (size > 1 &&
      ((kept[size - 1].size() <= 2 && numbered(size - 1)) ||
       (kept[size - 1].size() == 1 && (kept[size - 2] == "TYPE" || after_noun == size - 1)))) {
    --size;
  }
  while (size > 1 && numbered(size)) --size;
  if (size > 1 && size < kept.size() && kept[size - 1] == "TYPE") --size;
  // "type 2 A 2 A" at the end.
  for (size_t i = 1; i + 1 < size; ++i) {
    if (kept[i] == "TYPE" && size - i <= 6 && OnlyNumbersAndLetters(kept, i + 1, size)) size = i;
  }
  kept.resize(size);
  return kept;
}

TermWordList WhatKindsShare(const TermWordList& words) {
  TermWordList shared = WithoutKinds(words);
  shared.erase(std::remove_if(shared.begin(), shared.end(), IsHeadWord), shared.end());
  return BagOf(shared);
}

uint64_t HashOfText(absl::string_view text) { return Mix(AddToHash(kFnvOffset, text)); }

uint64_t HashOfWords(const TermWordList& words) {
  uint64_t h = kFnvOffset;
  for (const std::string& word : words) h = AddToHash(AddToHash(h, word), " ");
  return Mix(h);
}

}  // namespace blindlink::agent
