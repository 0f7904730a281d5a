#pragma once

#include "absl/container/flat_hash_map.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/evidence/field_levels.h"
#include "common/score/score_model.h"
#include "resolver/linkage/match_pairs.h"

namespace blindlink {

// The score of every way in which a run's candidates agree, and from which score on they are match
// pairs.
struct RunScore {
  absl::flat_hash_map<AgreementPattern, double> probabilities;
  double min_score = 1;
};

// Fits the model to the run's candidates, chooses the threshold, and reports both.
RunScore ScoreRun(const DecisionInput& input, const FieldLevels& levels,
                  const PatternCounts& patterns, v1::ScoreReport* report);

}  // namespace blindlink
