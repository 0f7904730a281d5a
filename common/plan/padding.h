#pragma once

#include <cstdint>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink {

// Up to how many tokens of `match_key` a plan with padding, whose defaults are filled in, pads each
// record. Pure.
uint32_t PaddedTokens(const v1::LinkagePlan& plan, const v1::MatchKey& match_key);

// Adds what is wrong with the plan's padding and fakes.
void CheckPadding(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes);

}  // namespace blindlink
