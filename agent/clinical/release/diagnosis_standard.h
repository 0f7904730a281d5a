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
    uint64_t site_codes = 0;  // the name was not certain enough, and the site's own code is valid
    uint64_t no_code = 0;
    uint64_t suspected = 0;
  };

  // Null: names are dropped, and codes stay as the site gives them.
  explicit DiagnosisStandard(const TermMatcher* matcher) : matcher_(matcher) {}

  void Apply(ClinicalRow* row);
  const Counts& counts() const { return counts_; }

 private:
  const TermMatch& Match(const ClinicalRow& row);

  const TermMatcher* const matcher_;
  // Sites write the same names again and again.
  absl::flat_hash_map<std::string, TermMatch> known_;
  Counts counts_;
};

}  // namespace blindlink::agent
