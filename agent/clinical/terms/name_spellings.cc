#include "agent/clinical/terms/name_spellings.h"

#include <algorithm>
#include <string>

#include "agent/clinical/terms/spelling.h"
#include "agent/clinical/terms/word_rules.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

// A misspelled "of" or "with", which carries no meaning.
bool IsNearStopWord(absl::string_view word) {
  if (word.size() < 2 || word.size() > 5) return false;
  for (const absl::string_view stop : {"WITH", "AND", "DUE", "THE", "OF", "IN", "FROM"}) {
    if (EditDistance(word, stop, 1) <= 1) return true;
  }
  return false;
}

// Whether the other words only say that it is a disease: "Sherman's syndrome".
bool IsAloneInName(const TermWordList& words, const std::string& word) {
  return std::all_of(words.begin(), words.end(), [&word](const std::string& other) {
    return other == word || IsEmptyWord(other) || other == "DISEASE" || other == "SYNDROME" ||
           other == "DISORDER" || IsScaleWord(other);
  });
}

// Names of discoverers differ by a letter or two; so where nothing else in the name supports a
// correction, it must change less.
bool IsLikelyCorrection(absl::string_view word, absl::string_view correct, uint32_t edits,
                        bool alone) {
  const bool same_start = word[0] == correct[0];
  if (edits >= 2) return same_start && (!alone || word.size() >= 10);
  return !alone || (same_start && word.size() >= 7) || word.size() >= 10;
}

// What an unknown word of a name may be; its only "word" is empty where it carries no meaning.
std::vector<Spelling> ChoicesOf(const TermDictionary& dictionary, const TermWordList& words,
                                const std::string& word) {
  std::vector<Spelling> choices;
  const bool alone = IsAloneInName(words, word);
  for (const Correction& correction : CorrectionsOf(dictionary, word, 4)) {
    const absl::string_view text = dictionary.Text(dictionary.words()[correction.word].text);
    if (!IsLikelyCorrection(word, text, correction.edits, alone)) continue;
    choices.push_back({{std::string(text)}, correction.edits});
  }
  if (IsNearStopWord(word)) choices.push_back({{}, 1});
  return choices;
}

// Each of `begun` continued with each of `choices`.
std::vector<Spelling> Continued(const std::vector<Spelling>& begun,
                                const std::vector<Spelling>& choices) {
  std::vector<Spelling> longer;
  for (const Spelling& spelling : begun) {
    for (const Spelling& choice : choices) {
      longer.push_back(spelling);
      longer.back().words.insert(longer.back().words.end(), choice.words.begin(),
                                 choice.words.end());
      longer.back().edits += choice.edits;
    }
  }
  return longer;
}

}  // namespace

std::vector<Spelling> SpellingsOf(const TermDictionary& dictionary, const TermWordList& words) {
  constexpr size_t kMostUnknown = 3, kMostSpellings = 64;
  std::vector<Spelling> spellings(1);
  size_t unknown = 0;
  for (const std::string& word : words) {
    const bool known = dictionary.FindWord(word) != kNoCode;
    if (!known && ++unknown > kMostUnknown) return {};
    spellings = Continued(
        spellings, known ? std::vector<Spelling>{{{word}, 0}} : ChoicesOf(dictionary, words, word));
    if (spellings.empty() || spellings.size() > kMostSpellings) return {};
  }
  if (unknown == 0) return {};
  std::stable_sort(spellings.begin(), spellings.end(),
                   [](const Spelling& a, const Spelling& b) { return a.edits < b.edits; });
  return spellings;
}

}  // namespace blindlink::agent
