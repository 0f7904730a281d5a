#pragma once

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan_checker.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink {

// Bounds on a plan, so that reading and checking it takes little time and memory whoever wrote it.
// They are far above what any plan needs.

// Of the text: at most 256 KiB, and no character that could steer a terminal.
void CheckPlanText(absl::string_view text, PlanOrigin origin, PlanMistakes* mistakes);
// How often each message is repeated, and how many pairs of form codes all match keys have.
void CheckPlanSize(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes);

}  // namespace blindlink
