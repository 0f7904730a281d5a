#pragma once

#include <cstdint>

#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// Limits.earliest_year
inline constexpr uint32_t kDefaultEarliestYear = 1840;

// Gives every field of `plan` that is not written its default, as plan.proto documents it. The
// result may still be wrong: plan_checker.h. Thread-safe.
void FillInDefaults(v1::LinkagePlan* plan);

}  // namespace blindlink
