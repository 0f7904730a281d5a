#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink::agent {

// Reads protobuf text and checks all of it. On success `plan` holds the plan with its defaults
// filled in, and the result is empty.
std::vector<PlanMistake> ReadAndCheckReleasePlan(absl::string_view text, v1::ReleasePlan* plan);

}  // namespace blindlink::agent
