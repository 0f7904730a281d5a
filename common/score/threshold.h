#pragma once

#include "blindlink/v1/plan.pb.h"
#include "common/score/score_model.h"

namespace blindlink {

// The lowest score of a match, and what to expect of the pairs above it. Needs no truth, only a
// model that fits (Belin and Rubin 1995).
struct Threshold {
  double min_score = 1;
  double expected_ppv = 0;
  double expected_sensitivity = 0;  // of the pairs that share a token
  uint64_t pairs = 0;
};

// Chooses the threshold that the plan's scoring asks for: a fixed score, the lowest score with a
// given expected PPV, or the score with the highest expected F, in which a wrong pair counts as
// wrong_pair_cost missed ones. Unless the plan fixes the score, no pair is taken that is clearly
// more likely to be two people.
Threshold ChooseThreshold(const ScoreModel& model, const PatternCounts& patterns,
                          const v1::Scoring& scoring);

}  // namespace blindlink
