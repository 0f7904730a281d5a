#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/terms/term_matcher.h"

namespace blindlink::agent {

// Replaces what a site wrote of a disease by standard name, code and certainty. What the site wrote
// never remains. Not thread-safe.
class DiagnosisStandard {
 public:
  struct Counts {
    uint64_t rows = 0;
    uint64_t automatic = 0;   // coded from the name
    uint64_t site_codes = 0;  // the name was not certain enough; the site's own code was kept
    uint64_t denied = 0;      // the name says that the patient does not have the disease
    uint64_t no_code = 0;
    uint64_t suspected = 0;
  };

  // Null: names are dropped, codes stay as the site gives them, and how certain a diagnosis with a
  // name is stays unknown.
  explicit DiagnosisStandard(const TermMatcher* matcher) : matcher_(matcher) {}

  // False if the row is to be left out: the patient does not have the disease.
  bool Apply(ClinicalRow* row);
  const Counts& counts() const { return counts_; }

 private:
  const TermMatch& Match(const ClinicalRow& row);

  const TermMatcher* const matcher_;
  // Sites write the same names again and again.
  absl::flat_hash_map<std::string, TermMatch> known_;
  Counts counts_;
};

}  // namespace blindlink::agent
