#pragma once

#include <string>
#include <vector>

#include "researcher/evaluate/evaluation.h"
#include "researcher/report/markup.h"
#include "researcher/report/page_words.h"
#include "researcher/report/plot.h"

namespace blindlink::researcher {

// Two circles, linked pairs and true pairs, with areas proportional to the counts. A circle too
// small to be seen is drawn larger, and the caption says so.
void AppendVennFigure(const Evaluation& evaluation, Markup* page);

struct Bar {
  std::string name;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;
};

// One bar per name, with the false part in another colour and the counts beside it.
void AppendBarFigure(const DrawingText& text, const std::vector<Bar>& bars, const PageWords& words,
                     Markup* page);

// Sensitivity and PPV of each subgroup of one grouping, with their intervals.
void AppendSubgroupFigure(const DrawingText& text, const std::vector<SubgroupOutcome>& subgroups,
                          Markup* page);

}  // namespace blindlink::researcher
