#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/linkage/run_control.h"
#include "resolver/work/run_at_hand.h"

namespace blindlink::resolver {

// Collects the pairs of one part of the candidates: those that are kept are in the exchange when it
// returns, in their order. INVALID_ARGUMENT if `work` does not make sense; DATA_LOSS if the
// candidates are damaged or not all there; CANCELLED, and errors of SharedIndex and RunFile.
absl::StatusOr<v1::PairCounts> CollectPart(const RunAtHand& run, const v1::PairWork& work,
                                           uint64_t attempt, const WorkRoom& room,
                                           const RunControl& control);

}  // namespace blindlink::resolver
