#pragma once

#include "researcher/evaluate/score_outcome.h"
#include "researcher/report/markup.h"

namespace blindlink::researcher {

// PPV over sensitivity as the threshold falls, with the threshold that was used and the best one
// marked; then F1, sensitivity and PPV over the threshold. `outcome.curve` must not be empty.
void AppendPrecisionRecallFigure(const ScoreOutcome& outcome, uint64_t true_pairs, Markup* page);
void AppendThresholdFigure(const ScoreOutcome& outcome, uint64_t true_pairs, Markup* page);

// The share of true pairs by score, compared with the score itself.
void AppendCalibrationFigure(const ScoreOutcome& outcome, Markup* page);

}  // namespace blindlink::researcher
