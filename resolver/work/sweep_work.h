#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/linkage/run_control.h"
#include "resolver/work/run_at_hand.h"

namespace blindlink::resolver {

// Sweeps a range of tokens: its candidates, what it notes of tokens, and how records share them are
// in the exchange when it returns. With more candidates than the run may have, it stops and says
// their number; what is in the exchange is then incomplete. INVALID_ARGUMENT if `work` does not
// make sense; CANCELLED, and errors of SharedIndex and RunFile.
absl::StatusOr<v1::SweepCounts> SweepRange(const RunAtHand& run, const v1::SweepWork& work,
                                           uint64_t attempt, const WorkRoom& room,
                                           const RunControl& control);

}  // namespace blindlink::resolver
