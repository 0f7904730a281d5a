#pragma once

#include <string>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan_mistakes.h"

namespace blindlink {

// The public key, 32 bytes, of the key server that helps to make the tokens of oblivious match keys
// (docs/oblivious-keys.md). Empty if the plan names none, or not by 64 hexadecimal digits.
std::string ObliviousPublicKeyOf(const v1::LinkagePlan& plan);

// Whether any match key needs the key server.
bool NeedsKeyServer(const v1::LinkagePlan& plan);

// Adds the mistakes in what the plan says of oblivious match keys. Whether the public key is an
// element of the group is checked where it is used (common/oprf): a plan is read without it.
void CheckObliviousKey(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes);

}  // namespace blindlink
