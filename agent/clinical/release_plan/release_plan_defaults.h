#pragma once

#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// Replaces every value that is 0 or absent and has a default by that default, as
// release_plan.proto states them.
void FillInDefaults(v1::ReleasePlan* plan);

}  // namespace blindlink::agent
