#include "agent/clinical/terms/name_lookup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/japanese_term.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/spelling.h"
#include "agent/clinical/terms/word_rules.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

bool SaysOther(const TermWordList& words) {
  return std::find(words.begin(), words.end(), "OTHER") != words.end();
}

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

bool IsHeadWord(const std::string& word) {
  return word == "DISEASE" || word == "SYNDROME" || word == "DISORDER" || word == "CONDITION";
}

// Without a first word that is the initials of those that follow: "ATN - acute tubular necrosis".
TermWordList WithoutInitials(const TermWordList& words) {
  const size_t letters = words.empty() ? 0 : words[0].size();
  if (letters < 2 || words.size() < letters + 1) return words;
  for (size_t i = 0; i < letters; ++i) {
    if (words[i + 1][0] != words[0][i]) return words;
  }
  return TermWordList(words.begin() + 1, words.end());
}

// Names of discoverers differ by a letter or two; so where nothing else in the name supports a
// correction, it must change less.
bool IsLikelyCorrection(absl::string_view word, absl::string_view correct, uint32_t edits,
                        bool alone) {
  const bool same_start = word[0] == correct[0];
  if (edits >= 2) return same_start && (!alone || word.size() >= 10);
  return !alone || (same_start && word.size() >= 7) || word.size() >= 10;
}

struct Spelling {
  TermWordList words;
  uint32_t edits = 0;
};

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

// The name with its unknown words corrected in each way, fewest edits first. Empty if all words are
// known, or too many are unknown.
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

// The words of a folded text as they stand: abbreviations may contain digits and signs.
std::vector<absl::string_view> RawWords(absl::string_view folded) {
  return absl::StrSplit(folded, absl::ByAnyChar(" ,;()[]"), absl::SkipEmpty());
}

// Marks what was found for an abbreviation that means several things and stands alone.
void ForbidAlone(const TermDictionary& dictionary, absl::string_view folded, Finding* found) {
  const std::vector<absl::string_view> words = RawWords(folded);
  if (words.size() != 1 || found->forms.empty() || found->source <= TermSource::kMaster) return;
  const AbbreviationRow* const row = dictionary.FindAbbreviation(words[0]);
  if (row != nullptr && row->ambiguous != 0) found->forbidden = true;
}

}  // namespace

TermSource NameLookup::SourceAt(const FormRow& form, KeyKind kind, bool says_other) const {
  const auto source = static_cast<TermSource>(form.source);
  if (source < TermSource::kTitle || kind < KeyKind::kBag || says_other) return source;
  const absl::string_view text = dictionary_.Text(form.text);
  const bool other = absl::StartsWith(text, "Other ") || absl::StrContains(text, " other ") ||
                     absl::StrContains(text, "elsewhere classified") ||
                     absl::StrContains(text, "classified elsewhere");
  return other ? TermSource::kDerived : source;
}

uint32_t NameLookup::CategoryOf(const FoundForm& found) const {
  return found.code == kNoCode ? kNoCode : dictionary_.codes()[found.code].category;
}

bool NameLookup::FindKey(KeyKind kind, uint64_t hash, bool says_other, uint32_t left_out,
                         Finding* finding) const {
  finding->forms.clear();
  TermSource best = TermSource::kDerived;
  for (const uint32_t number : dictionary_.FindForms(kind, hash)) {
    if (number == left_out) continue;
    best = std::min(best, SourceAt(dictionary_.forms()[number], kind, says_other));
    finding->forms.push_back({number, dictionary_.forms()[number].code, 1});
  }
  if (finding->forms.empty()) return false;
  std::stable_sort(finding->forms.begin(), finding->forms.end(),
                   [&](const FoundForm& a, const FoundForm& b) {
                     return SourceAt(dictionary_.forms()[a.form], kind, says_other) <
                            SourceAt(dictionary_.forms()[b.form], kind, says_other);
                   });
  finding->source = best;
  finding->disputed = finding->undecided = false;
  std::vector<FoundForm> kept;
  FoundForm first = finding->forms.front();
  for (const FoundForm& found : finding->forms) {
    const bool top = SourceAt(dictionary_.forms()[found.form], kind, says_other) == best;
    if (CategoryOf(found) == CategoryOf(first)) {
      // A source that knows more of the same code: "Asthma" is J45, the index says J45.909.
      const bool deeper =
          first.code != kNoCode && found.code != kNoCode &&
          (dictionary_.codes()[first.code].flags & kBillable) == 0 && found.code != first.code &&
          absl::StartsWith(dictionary_.CodeText(found.code), dictionary_.CodeText(first.code));
      if (deeper) first.code = found.code;
      continue;
    }
    finding->disputed = true;
    finding->undecided |= top;
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const FoundForm& other) {
      return CategoryOf(other) == CategoryOf(found);
    });
    if (!known) kept.push_back(found);
  }
  kept.insert(kept.begin(), first);
  finding->forms = std::move(kept);
  return true;
}

bool NameLookup::FindExact(const Query& query, bool strict, uint32_t left_out,
                           Finding* finding) const {
  if (query.words.empty()) return false;
  finding->level = MatchLevel::kSame;
  const bool other = SaysOther(query.words);
  if (FindKey(KeyKind::kWords, HashOfWords(query.words), other, left_out, finding)) return true;
  if (FindKey(KeyKind::kCompact, HashOfText(CompactOf(query.folded)), other, left_out, finding)) {
    return true;
  }
  finding->level = MatchLevel::kBag;
  if (FindKey(KeyKind::kBag, HashOfWords(BagOf(query.words)), other, left_out, finding))
    return true;
  if (strict) return false;
  finding->level = MatchLevel::kConcepts;
  return FindKey(KeyKind::kConcepts, HashOfWords(ConceptsOf(query.words)), other, left_out,
                 finding);
}

bool NameLookup::FindWords(const TermWordList& words, MatchLevel level, uint32_t left_out,
                           Finding* finding) const {
  if (words.empty()) return false;
  finding->level = level;
  const bool other = SaysOther(words);
  return FindKey(KeyKind::kWords, HashOfWords(words), other, left_out, finding) ||
         FindKey(KeyKind::kBag, HashOfWords(BagOf(words)), other, left_out, finding) ||
         FindKey(KeyKind::kConcepts, HashOfWords(ConceptsOf(words)), other, left_out, finding);
}

// Writes out each abbreviation with each of its meanings; what the dictionary knows counts. If
// several meanings are known there, the context does not decide.
bool NameLookup::FindAbbreviated(const Query& query, uint32_t left_out, Finding* finding) const {
  std::vector<std::string> texts = {""};
  size_t known = 0, words = 0;
  bool ambiguous = false;
  for (const absl::string_view word : RawWords(query.folded)) {
    ++words;
    const AbbreviationRow* const row = dictionary_.FindAbbreviation(word);
    std::vector<absl::string_view> meanings = {word};
    if (row != nullptr && known < 2) {
      ++known;
      ambiguous |= row->ambiguous != 0;
      meanings = absl::StrSplit(dictionary_.Text(row->meanings), '|');
    }
    std::vector<std::string> longer;
    for (const std::string& text : texts) {
      for (const absl::string_view meaning : meanings)
        longer.push_back(absl::StrCat(text, " ", meaning));
    }
    texts = std::move(longer);
    if (texts.size() > 16) return false;
  }
  if (known == 0) return false;
  std::vector<Finding> found;
  for (const std::string& text : texts) {
    Finding one;
    // What a list gives one meaning for is as sure as that meaning.
    const bool sure = !ambiguous && FindExact({text, WordsOf(text)}, false, left_out, &one);
    if (sure || FindWords(WordsOf(text), MatchLevel::kAbbreviation, left_out, &one))
      found.push_back(one);
  }
  if (found.empty()) return false;
  *finding = found.front();
  finding->abbreviated = true;
  finding->forbidden = ambiguous && known == words;
  for (const Finding& other : found) {
    if (CategoryOf(other.forms[0]) == CategoryOf(found[0].forms[0])) continue;
    finding->disputed = finding->undecided = true;
    finding->forms.push_back(other.forms[0]);
  }
  return true;
}

std::string NameLookup::WrittenOut(const std::string& folded, bool sure_only) const {
  std::string text;
  for (const absl::string_view word : RawWords(folded)) {
    const AbbreviationRow* const row = dictionary_.FindAbbreviation(word);
    const bool known = row != nullptr && !(sure_only && row->ambiguous != 0);
    const absl::string_view meanings = known ? dictionary_.Text(row->meanings) : word;
    absl::StrAppend(&text, " ", meanings.substr(0, meanings.find('|')));
  }
  return text;
}

// Corrects each unknown word to one of the nearest; of the combinations that the dictionary knows,
// those with the fewest edits count.
bool NameLookup::FindSpelled(const Query& query, uint32_t left_out, Finding* finding) const {
  uint32_t edits = 0;
  bool any = false;
  for (const Spelling& spelling : SpellingsOf(dictionary_, query.words)) {
    if (any && spelling.edits > edits) break;
    Finding one;
    const MatchLevel level = spelling.edits <= 1 ? MatchLevel::kSpelled1 : MatchLevel::kSpelled2;
    if (!FindWords(spelling.words, level, left_out, &one)) continue;
    if (!any) {
      *finding = one;
      edits = spelling.edits;
      any = true;
    } else if (one.forms[0].code != finding->forms[0].code) {
      finding->disputed = finding->undecided = true;
      finding->forms.push_back(one.forms[0]);
    }
  }
  return any;
}

// A name that is finer than any code: its words without those that only tell kinds of one disease
// apart.
bool NameLookup::FindFiner(const Query& query, uint32_t left_out, Finding* finding) const {
  const TermWordList words = WordsOf(WithoutBrackets(WrittenOut(query.folded, true)));
  const TermWordList fewer = WithoutKinds(words);
  if (fewer != query.words && !fewer.empty()) {
    const bool bracketed = words != query.words;
    if (bracketed && FindWords(words, MatchLevel::kFiner, left_out, finding)) return true;
    if (FindWords(fewer, MatchLevel::kFiner, left_out, finding)) {
      // Kinds of what has a name of one word ("cataract 44") are rarely coded as that.
      finding->undecided |= BagOf(fewer).size() < 2;
      return true;
    }
  }
  TermWordList headless = WithoutInitials(fewer);
  headless.erase(std::remove_if(headless.begin(), headless.end(), IsHeadWord), headless.end());
  if (headless.size() == fewer.size() || headless.size() < 2) return false;
  return FindWords(headless, MatchLevel::kHeadless, left_out, finding);
}

Finding NameLookup::Find(const MarkedName& name, uint32_t left_out) const {
  Finding finding;
  const Query whole{name.text, WordsOf(name.text)};
  const bool marked = name.core != name.text, sided = name.no_side != name.core;
  const Query core = marked ? Query{name.core, WordsOf(name.core)} : whole;
  const Query plain = sided ? Query{name.no_side, WordsOf(name.no_side)} : core;
  const bool history =
      name.certainty == Certainty::kHistory || name.certainty == Certainty::kFamily;
  if (FindExact(whole, marked, left_out, &finding)) {
    ForbidAlone(dictionary_, core.folded, &finding);
    return finding;
  }
  if (marked && FindAbbreviated(whole, left_out, &finding) && history) return finding;
  const auto find = [&](auto method) {
    for (const Query* query : {&core, &plain}) {
      if (query == &plain && !sided) continue;
      if (method(*query)) return true;
    }
    return false;
  };
  const bool found =
      find([&](const Query& query) { return FindExact(query, false, left_out, &finding); }) ||
      find([&](const Query& query) { return FindAbbreviated(query, left_out, &finding); }) ||
      (marked && FindSpelled(whole, left_out, &finding)) ||
      find([&](const Query& query) { return FindSpelled(query, left_out, &finding); }) ||
      find([&](const Query& query) { return FindFiner(query, left_out, &finding); });
  if (found) {
    ForbidAlone(dictionary_, core.folded, &finding);
    finding.stripped = history;
    return finding;
  }
  finding = Finding();
  const std::string& ranked = history ? whole.folded : plain.folded;
  RankForms(dictionary_, WithoutKinds(WordsOf(WrittenOut(ranked, false))), left_out, &finding);
  return finding;
}

std::vector<FoundForm> NameLookup::Similar(const MarkedName& name) const {
  Finding similar;
  RankForms(dictionary_, WithoutKinds(WordsOf(WrittenOut(name.no_side, false))), kNoCode, &similar);
  return similar.forms;
}

Finding NameLookup::FindJapanese(absl::string_view folded, uint32_t left_out) const {
  const JapaneseName name = ReadJapaneseMarkers(folded);
  Finding finding;
  const auto find = [&](absl::string_view text) {
    const std::string spelling = JapaneseSpelling(text);
    finding.level = MatchLevel::kSame;
    if (FindKey(KeyKind::kCompact, HashOfText(spelling), true, left_out, &finding)) return true;
    const std::string synonym = JapaneseSynonym(spelling);
    finding.level = MatchLevel::kConcepts;
    if (!synonym.empty() &&
        FindKey(KeyKind::kCompact, HashOfText(synonym), true, left_out, &finding)) {
      return true;
    }
    finding.level = MatchLevel::kBag;
    return FindKey(KeyKind::kWords, HashOfText(JapaneseShortSpelling(text)), true, left_out,
                   &finding) ||
           FindKey(KeyKind::kBag, HashOfText(JapaneseReading(text)), true, left_out, &finding);
  };
  if (find(name.text) || find(name.core)) {
    finding.stripped =
        name.certainty == Certainty::kHistory || name.certainty == Certainty::kFamily;
    return finding;
  }
  return Finding();
}

}  // namespace blindlink::agent
