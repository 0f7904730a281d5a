#pragma once

#include <string>

#include "researcher/timeline/summary.h"

namespace blindlink::researcher {

// The summary as JSON (docs/formats/timeline.md). Counts that may not be shown are null.
std::string SummaryJson(const TimelineOutcome& outcome);

}  // namespace blindlink::researcher
