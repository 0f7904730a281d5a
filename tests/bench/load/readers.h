#pragma once

#include <atomic>
#include <string>

#include "tests/bench/load/call_log.h"
#include "tests/bench/load/center.h"

namespace blindlink::load {

// A researcher who fetches match pairs and entity map of kRun again and again, over a new
// connection each time, and counts their rows: `people` pairs, twice as many records.
void FetchUntil(const std::atomic<bool>& stopping, const Center& center,
                const std::string& researcher, int people, CallLog* log);

// A coordinator who starts runs like kRun, waits for each, and removes it.
void LinkUntil(const std::atomic<bool>& stopping, const Center& center, CallLog* log);

// A coordinator in front of the console, who opens the overview and the page of kRun again and
// again, over a new connection each time.
void LookUntil(const std::atomic<bool>& stopping, const Center& center, CallLog* log);

}  // namespace blindlink::load
