#pragma once

#include "blindlink/v1/release_plan.pb.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink::agent {

// Writes the default into each field that has one and is not set.
void FillInDefaults(v1::ReleasePlan* plan);

// Checks a plan whose defaults are filled in. Code systems and levels are checked against a code
// book, later.
void CheckReleasePlan(const v1::ReleasePlan& plan, const PlanPlace& top, PlanMistakes* mistakes);

}  // namespace blindlink::agent
