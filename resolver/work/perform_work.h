#pragma once

#include <atomic>

#include "blindlink/v1/work_service.pb.h"
#include "resolver/work/run_at_hand.h"
#include "resolver/work/work_board.h"

namespace blindlink::resolver {

// Does what was taken, and says what came of it: WorkReport.ended is set. CANCELLED once `give_up`
// is set.
v1::WorkReport PerformWork(const RunAtHand& run, const TakenWork& work, const WorkRoom& room,
                           const std::atomic<bool>& give_up);

// The report of an attempt that has failed.
v1::WorkReport FailureReport(uint64_t attempt, const absl::Status& status);

}  // namespace blindlink::resolver
