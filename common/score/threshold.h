#pragma once

#include "blindlink/v1/plan.pb.h"
#include "common/score/score_model.h"

namespace blindlink {

// Where pairs are cut off, and what is to be expected of those above: no truth is needed for it,
// only that the model fits (Belin and Rubin 1995).
struct Threshold {
  double min_score = 1;
  double expected_ppv = 0;
  double expected_sensitivity = 0;  // of the pairs that share a token
  uint64_t pairs = 0;
};

// As the plan's scoring asks: a fixed score, the lowest with a given expected PPV, or the one with
// the highest expected F, in which a wrong pair counts as wrong_pair_cost missed ones. Unless the
// plan fixes the score, no pair is taken that is clearly more probably two people.
Threshold ChooseThreshold(const ScoreModel& model, const PatternCounts& patterns,
                          const v1::Scoring& scoring);

}  // namespace blindlink
