#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink {

// A plan that an earlier release has accepted may be larger and have other characters in its names.
enum class PlanOrigin : uint8_t { kNew, kAccepted };

// Reads protobuf text and checks all of it. On success `plan` holds the plan with its defaults
// filled in, and the result is empty.
std::vector<PlanMistake> ReadAndCheckPlan(absl::string_view text, PlanOrigin origin,
                                          v1::LinkagePlan* plan);

}  // namespace blindlink
