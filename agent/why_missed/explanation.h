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

// How two records compare, without any of their values.
struct Explanation {
  std::vector<Difference> fields;  // by the plan's fields
  Subject main = Subject::kNothing;
  // Indices into plan.match_keys() of those under which the two share a token, in forms that may
  // meet. If empty, the pair was not a candidate. Over-used tokens are not taken into account.
  std::vector<size_t> match_keys;
};

// Compares two records field by field. A field that one of the sites never fills is kNotInFile.
// Exchanged first and last names, and a middle name in place of the first, are distinguished from
// other differences. Pure; thread-safe.
Explanation Explain(const Plan& plan, const KeptRecord& left, const KeptRecord& right);

}  // namespace blindlink::agent
