#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/terms/calibration.h"
#include "agent/clinical/terms/certainty.h"
#include "agent/clinical/terms/name_lookup.h"
#include "agent/clinical/terms/term_dictionary.h"

namespace blindlink::agent {

// Part of the explanation of a candidate with the category of the site's code.
inline constexpr absl::string_view kCodeAgrees = "; the site's code agrees";

struct TermCandidate {
  std::string standard_name;
  std::string code;         // without dot; empty: a reviewer decided that it is no disease
  double score = 0;         // similarity, 0..1; 1: the same words
  double probability = 0;   // that the category is right
  std::string explanation;  // "the same words as the title name ..."; empty after the first
                            // candidate of a name that is coded automatically
  uint32_t form = kNoCode;  // of the dictionary; kNoCode: the site's code
  absl::string_view how;    // how it was found; a literal
};

struct TermMatch {
  bool automatic = false;  // at least the wanted share of such names is right
  Certainty certainty = Certainty::kDefinite;
  // The standard name and the code of the first candidate, also if it is not automatic; empty if
  // nothing is similar. The name is never what the site wrote, but the dictionary's.
  std::string standard_name;
  std::string code;
  double probability = 0;
  std::vector<TermCandidate> candidates;  // of different categories, at most ten, best first
};

// Finds the standard name and the code of a disease name. Thread-safe; `dictionary` must outlive
// it.
class TermMatcher {
 public:
  // `min_right`: the share of names coded automatically that must be right, 0..1.
  TermMatcher(const TermDictionary& dictionary, double min_right);

  // `code`: what the site gives beside the name, with or without dot; may be empty, wrong, cut to
  // the category or of another code system. It counts as evidence where the dictionary knows it.
  TermMatch Match(absl::string_view name, absl::string_view code) const;

 private:
  friend class TermCalibrator;
  // The same with a form of the dictionary left out. Also says how the name was found.
  TermMatch MatchWithout(absl::string_view name, absl::string_view code, uint32_t left_out,
                         Finding* finding) const;
  void AddExact(const Finding& finding, const MarkedName& marks, TermMatch* match) const;
  void AddSimilar(const MarkedName& marks, TermMatch* match) const;
  void AddRanked(const Finding& finding, const MarkedName& marks, TermMatch* match) const;
  void Explain(TermMatch* match) const;
  TermCandidate CandidateOf(uint32_t form, uint32_t code, absl::string_view how) const;
  void WeighCode(absl::string_view site_code, bool exact, const MarkedName& marks,
                 TermMatch* match) const;
  void AgreeWithCode(uint32_t code, size_t candidate, bool exact, TermMatch* match) const;

  const TermDictionary& dictionary_;
  const NameLookup lookup_;
  const Calibration calibration_;
  const double threshold_;
};

}  // namespace blindlink::agent
