#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "resolver/extsort/external_sorter.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decision_input.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// A match pair that may join two entities; sorts best first.
struct Join {
  double score;
  uint32_t left;
  uint32_t right;

  friend bool operator<(const Join& a, const Join& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  }
};

// Collects everything that each candidate pair shared and decides as the plan says: by its rules
// (the first that holds is the pair's rule), by the score (common/score), or by both. If the plan
// scores and sites have one record per person, a better pair excludes others (pair_choice.h).
// Writes the match pairs in the order of left and right, and adds those whose level joins entities
// to `joins`. Fills the summary's counts of pairs and rules, and its report on the score.
absl::Status DecidePairs(const DecisionInput& input, CandidateParts* candidates,
                         const RunControl& control, RowFileWriter<PairRow>* pairs,
                         ExternalSorter<Join>* joins, v1::RunSummary* summary);

}  // namespace blindlink::resolver
