#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/terms/calibration.h"
#include "agent/clinical/terms/term_dictionary.h"
#include "agent/clinical/terms/term_markers.h"
#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {

// A name of the dictionary that was found.
struct FoundForm {
  uint32_t form = 0;
  uint32_t code = kNoCode;
  double similarity = 1;
};

// What looking a name up gave.
struct Finding {
  MatchLevel level = MatchLevel::kRanked;
  // Exact levels: the form that counts, then those that name other categories for the same words.
  // kRanked: the most similar, one a category, best first. Empty: nothing.
  std::vector<FoundForm> forms;
  TermSource source = TermSource::kDerived;  // of the first
  bool disputed = false;                     // a source names another category
  bool undecided = false;                    // the best source itself names several
  bool forbidden = false;                    // an abbreviation alone that means several things
  bool abbreviated = false;                  // an abbreviation was written out
  bool stripped = false;  // found without the words "history of" or "family history of"
  RankFeatures features;  // kRanked
};

// Looks English names up: exactly, then with abbreviations written out, then with spelling
// corrected, then by similarity. Thread-safe; `dictionary` must outlive it.
class NameLookup {
 public:
  explicit NameLookup(const TermDictionary& dictionary) : dictionary_(dictionary) {}

  // `left_out` is a form of the dictionary that is treated as if it did not exist; kNoCode: none.
  Finding Find(const MarkedName& name, uint32_t left_out) const;
  // The most similar names, one a category, best first.
  std::vector<FoundForm> Similar(const MarkedName& name) const;
  // The same as Find for a Japanese name.
  Finding FindJapanese(absl::string_view folded, uint32_t left_out) const;

 private:
  struct Query {
    std::string folded;
    TermWordList words;
  };
  bool FindExact(const Query& query, bool strict, uint32_t left_out, Finding* finding) const;
  bool FindWords(const TermWordList& words, MatchLevel at_best, uint32_t left_out,
                 Finding* finding) const;
  bool FindKey(KeyKind kind, uint64_t hash, bool says_other, uint32_t left_out,
               Finding* finding) const;
  // The text with each abbreviation in its first meaning; `sure_only`: only where it has one
  // meaning.
  std::string WrittenOut(const std::string& folded, bool sure_only) const;
  bool FindAbbreviated(const Query& query, uint32_t left_out, Finding* finding) const;
  bool HasOtherKinds(const TermWordList& words, uint32_t left_out, const Finding& finding) const;
  bool FindHeadless(const TermWordList& words, uint32_t left_out, Finding* finding) const;
  bool FindFiner(const Query& query, uint32_t left_out, Finding* finding) const;
  bool FindSpelled(const Query& query, uint32_t left_out, Finding* finding) const;
  // kNoCode for what a reviewer calls no disease.
  uint32_t CategoryOf(const FoundForm& found) const;
  TermSource SourceAt(const FormRow& form, KeyKind kind, bool says_other) const;

  const TermDictionary& dictionary_;
};

// The most similar names, by weight of the words in common. `finding->level` becomes kRanked.
void RankForms(const TermDictionary& dictionary, const TermWordList& words, uint32_t left_out,
               Finding* finding);

}  // namespace blindlink::agent
