#include "agent/clinical/terms/name_lookup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/japanese_term.h"
#include "agent/clinical/terms/name_spellings.h"
#include "agent/clinical/terms/source_text.h"
#include "agent/clinical/terms/spelling.h"
#include "agent/clinical/terms/word_rules.h"
#include "agent/standardize/text/string_similarity.h"

namespace blindlink::agent {
namespace {

bool SaysOther(const TermWordList& words) {
  return std::find(words.begin(), words.end(), "OTHER") != words.end();
}

// The words of a folded text as they stand: abbreviations may contain digits and signs.
std::vector<absl::string_view> RawWords(absl::string_view folded) {
  return absl::StrSplit(folded, absl::ByAnyChar(" ,;()[]"), absl::SkipEmpty());
}

// Without a first word that is the initials of those that follow: "ATN - acute tubular necrosis".
std::string WithoutInitials(const std::string& folded) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(folded, absl::ByAnyChar(" ,;()[]-/"), absl::SkipEmpty());
  const size_t letters = words.empty() ? 0 : words[0].size();
  if (letters < 2 || words.size() < letters + 1) return folded;
  for (size_t i = 0; i < letters; ++i) {
    if (words[i + 1][0] != words[0][i]) return folded;
  }
  return folded.substr(static_cast<size_t>(words[1].data() - folded.data()));
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
    // The index leads to the tabular list, which decides.
    const bool decided =
        best >= TermSource::kTitle && best <= TermSource::kInclusion &&
        dictionary_.forms()[found.form].source >= static_cast<uint8_t>(TermSource::kIndex);
    finding->disputed |= !decided;
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

// Whether the dictionary puts other kinds of what was found into other categories: then the words
// that were left out decide.
bool NameLookup::HasOtherKinds(const TermWordList& words, uint32_t left_out,
                               const Finding& finding) const {
  const absl::Span<const uint32_t> kinds =
      dictionary_.FindForms(KeyKind::kKinds, HashOfWords(WhatKindsShare(words)));
  return std::any_of(kinds.begin(), kinds.end(), [&](uint32_t form) {
    return form != left_out &&
           CategoryOf({form, dictionary_.forms()[form].code}) != CategoryOf(finding.forms[0]);
  });
}

// A name that is finer than any code: its words without those that only tell kinds of one disease
// apart.
bool NameLookup::FindFiner(const Query& query, uint32_t left_out, Finding* finding) const {
  const TermWordList words =
      WordsOf(WithoutBrackets(WrittenOut(WithoutInitials(query.folded), true)));
  const TermWordList fewer = WithoutKinds(words);
  if (fewer != query.words && !fewer.empty()) {
    const bool bracketed = words != query.words;
    if (bracketed && FindWords(words, MatchLevel::kFiner, left_out, finding)) return true;
    if (FindWords(fewer, MatchLevel::kFiner, left_out, finding)) {
      finding->disputed |= HasOtherKinds(fewer, left_out, *finding);
      return true;
    }
  }
  return FindHeadless(fewer, left_out, finding);
}

// Without "disease" and "syndrome", in the name or in that of the dictionary.
bool NameLookup::FindHeadless(const TermWordList& words, uint32_t left_out,
                              Finding* finding) const {
  TermWordList headless = words;
  headless.erase(std::remove_if(headless.begin(), headless.end(), IsHeadWord), headless.end());
  if (headless.size() < 2) return false;
  if (headless.size() < words.size() &&
      FindWords(headless, MatchLevel::kHeadless, left_out, finding)) {
    finding->disputed |= HasOtherKinds(headless, left_out, *finding);
    return true;
  }
  const TermWordList shared = WhatKindsShare(words);
  finding->level = MatchLevel::kHeadless;
  if (!FindKey(KeyKind::kKinds, HashOfWords(shared), SaysOther(words), left_out, finding)) {
    return false;
  }
  // Another kind of the same does not do, nor does the disease of what the name only names.
  const TermWordList found =
      WordsOf(FoldTerm(dictionary_.Text(dictionary_.forms()[finding->forms[0].form].text)));
  const auto says = [](const TermWordList& list, bool (*what)(absl::string_view)) {
    return std::any_of(list.begin(), list.end(), what);
  };
  TermWordList rest = BagOf(found);
  rest.erase(std::remove_if(rest.begin(), rest.end(), IsHeadWord), rest.end());
  const auto says_syndrome = [](absl::string_view word) { return word == "SYNDROME"; };
  return rest == shared && (says(words, IsHeadWord) || says(found, says_syndrome));
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
