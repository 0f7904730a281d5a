#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/compare/difference.h"
#include "agent/why_missed/kept_records.h"
#include "common/plan/plan.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {

// For reports.
absl::string_view NameOf(Subject subject);

// How two records compare, without any value of theirs.
struct Explanation {
  std::vector<Difference> fields;  // by the plan's fields
  Subject main = Subject::kNothing;
  // Indices into plan.match_keys(): those under which the two share a token, in forms that may
  // meet. None: the pair was no candidate. That a token may have been over-used is not known here.
  std::vector<size_t> match_keys;
};

// Compares field by field. A field that one of the sites has in no record tells nothing of the
// pair: kNotInFile. First and last name in each other's place, and a middle name in the
// first's, are told apart from other differences. Pure; thread-safe.
Explanation Explain(const Plan& plan, const KeptRecord& left, const KeptRecord& right);

}  // namespace blindlink::agent
