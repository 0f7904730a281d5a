#pragma once

#include <optional>
#include <vector>

#include "researcher/evaluate/evaluation.h"
#include "researcher/report/markup.h"
#include "researcher/report/page_words.h"
#include "researcher/results/manifest.h"

namespace blindlink::researcher {

// Each function appends one table with a caption and header cells.
void AppendContingencyTable(const Evaluation& evaluation, Markup* page);
// Sensitivity, specificity, PPV, F1, next to the values that the run expected, if known.
void AppendMeasures(const Evaluation& evaluation, const std::optional<ExpectedQuality>& expected,
                    Markup* page);
void AppendRuleTable(const Evaluation& evaluation, Markup* page);
void AppendBandTable(const ScoreOutcome& outcome, const PageWords& words, Markup* page);
void AppendCalibrationTable(const ScoreOutcome& outcome, Markup* page);
// How many entities have how many records.
void AppendSizeTable(const EntityFacts& entities, Markup* page);
// For one grouping.
void AppendSubgroupTable(const std::vector<SubgroupOutcome>& subgroups, Markup* page);

}  // namespace blindlink::researcher
