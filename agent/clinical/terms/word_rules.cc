#include "agent/clinical/terms/word_rules.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/word_tables.h"

namespace blindlink::agent {
namespace {

using Words = absl::flat_hash_set<absl::string_view>;
using WordMap = absl::flat_hash_map<absl::string_view, absl::string_view>;

// Built once and never destroyed.
const WordMap& MapOf(absl::Span<const WordPair> pairs) {
  auto* map = new WordMap;
  for (const WordPair& pair : pairs) map->emplace(pair.from, pair.to);
  return *map;
}

// Phrases by their first word, longest first.
const absl::flat_hash_map<absl::string_view, std::vector<WordPair>>& Phrases() {
  static const auto* const kPhrases = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, std::vector<WordPair>>;
    for (const auto table : {OrganTable(), DiseaseTable()}) {
      for (const WordPair& pair : table) {
        (*map)[pair.from.substr(0, pair.from.find(' '))].push_back(pair);
      }
    }
    for (auto& [first, list] : *map) {
      std::sort(list.begin(), list.end(),
                [](const WordPair& a, const WordPair& b) { return a.from.size() > b.from.size(); });
    }
    return map;
  }();
  return *kPhrases;
}

// How many words `phrase` has if words[at..] begins with it, otherwise 0.
size_t WordsMatched(absl::string_view phrase, const std::vector<std::string>& words, size_t at) {
  size_t used = 0;
  for (const absl::string_view word : absl::StrSplit(phrase, ' ')) {
    if (at + used >= words.size() || words[at + used] != word) return 0;
    ++used;
  }
  return used;
}

}  // namespace

bool IsStopWord(absl::string_view word) {
  static const auto* const kWords =
      new Words{"OF", "THE", "AND",  "IN", "WITH", "TO",  "A",   "AN",    "FOR", "BY",
                "ON", "OR",  "FROM", "AT", "AS",   "DUE", "ITS", "THEIR", "BOTH"};
  return kWords->contains(word);
}

bool IsEmptyWord(absl::string_view word) {
  static const auto* const kWords =
      new Words{"UNSPECIFIED", "NOS", "NEC", "OTHER", "SPECIFIED", "UNSPEC", "NFS", "OTHERWISE"};
  return kWords->contains(word);
}

bool IsHeadWord(absl::string_view word) {
  return word == "DISEASE" || word == "SYNDROME" || word == "DISORDER" || word == "CONDITION";
}

bool IsScaleWord(absl::string_view word) {
  static const auto* const kWords = new Words{"TYPE", "STAGE", "GRADE", "CLASS", "DEGREE", "LEVEL"};
  return kWords->contains(word);
}

absl::string_view IrregularWord(absl::string_view word) {
  static const WordMap& map = MapOf(IrregularTable());
  const auto found = map.find(word);
  return found == map.end() ? absl::string_view() : found->second;
}

absl::string_view PhraseMeaning(const std::vector<std::string>& words, size_t at, size_t* used) {
  *used = 1;
  const auto found = Phrases().find(words[at]);
  if (found == Phrases().end()) return {};
  for (const WordPair& phrase : found->second) {
    const size_t matched = WordsMatched(phrase.from, words, at);
    if (matched == 0) continue;
    *used = matched;
    return phrase.to;
  }
  return {};
}

int KindWords(absl::string_view first, absl::string_view second) {
  static const auto* const kSingle =
      new Words{"ISOLATED",  "SEVERE",     "MILD",         "MODERATE", "CLASSIC", "CLASSICAL",
                "TYPICAL",   "ATYPICAL",   "NONSYNDROMIC", "SPORADIC", "REGION",  "INVOLVING",
                "AFFECTING", "RESECTABLE", "UNRESECTABLE", "ADVANCED", "FORM",    "VARIANT",
                "SUBTYPE",   "SYMPTOM",    "COMMON",       "CURRENT",  "KNOWN",   "ACTIVE",
                "GROUP",     "AXONAL",     "DEMYELINATING"};
  static const auto* const kPairs = new absl::flat_hash_set<std::string>{"AUTOSOMAL DOMINANT",
                                                                         "AUTOSOMAL RECESSIVE",
                                                                         "10 LINKED",
                                                                         "EARLY ONSET",
                                                                         "LATE ONSET",
                                                                         "ADULT ONSET",
                                                                         "NEONATAL ONSET",
                                                                         "INFANTILE ONSET",
                                                                         "NON SYNDROMIC",
                                                                         "DOMINANT INTERMEDIATE",
                                                                         "RECESSIVE INTERMEDIATE"};
  if (!second.empty() && kPairs->contains(absl::StrCat(first, " ", second))) return 2;
  return kSingle->contains(first) ? 1 : 0;
}

std::string GreekLettersByName(absl::string_view raw) {
  return absl::StrReplaceAll(raw, {{"α", " ALPHA "},
                                   {"β", " BETA "},
                                   {"γ", " GAMMA "},
                                   {"δ", " DELTA "},
                                   {"ε", " EPSILON "},
                                   {"κ", " KAPPA "},
                                   {"λ", " LAMBDA "},
                                   {"μ", " MU "},
                                   {"ω", " OMEGA "},
                                   {"Δ", " DELTA "}});
}

absl::string_view KnownAbbreviation(absl::string_view word, bool* alone) {
  static const WordMap& map = MapOf(AbbreviationTable());
  const auto found = map.find(word);
  if (found == map.end()) return {};
  absl::string_view meanings = found->second;
  *alone = meanings.front() != '~';
  if (!*alone) meanings.remove_prefix(1);
  return meanings;
}

absl::string_view AbbreviationAt(size_t index) {
  const auto table = AbbreviationTable();
  return index < table.size() ? table[index].from : absl::string_view();
}

}  // namespace blindlink::agent
