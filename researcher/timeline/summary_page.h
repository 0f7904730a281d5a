#pragma once

#include <string>

#include "researcher/timeline/summary.h"

namespace blindlink::researcher {

// The summary as one HTML page for reading and printing, with bars as SVG; it runs no script and
// loads nothing. It has counts only, none from 1 to 10.
std::string SummaryPage(const TimelineOutcome& outcome);

}  // namespace blindlink::researcher
