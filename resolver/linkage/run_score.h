#pragma once

#include "blindlink/v1/linkage_service.pb.h"
#include "common/score/field_levels.h"
#include "common/score/quality_estimate.h"
#include "common/score/score_model.h"
#include "common/score/threshold.h"
#include "resolver/linkage/decision_input.h"

namespace blindlink::resolver {

// Fits the model to the patterns of the run's candidates and decoys.
ScoreModel FitRun(const DecisionInput& input, const FieldLevels& levels,
                  const PatternCounts& patterns, const PatternCounts& decoys);

// Reports what the model and the threshold say about the run, and in words why they may be wrong.
void ReportScore(const DecisionInput& input, const FieldLevels& levels, const ScoreModel& model,
                 const Threshold& threshold, v1::ScoreReport* report);

// Reports what the run expects of its result, and in words where that is little.
void ReportQuality(const QualityEstimate& quality, v1::ScoreReport* report);

}  // namespace blindlink::resolver
