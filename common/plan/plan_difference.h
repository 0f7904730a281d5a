#pragma once

#include <string>

#include "common/plan/plan.h"

namespace blindlink {

// In words, why two plans make different tokens (the first eight differences): which match keys
// only one of them has, or has in another form, and what else their tokenization digests depend on.
// Empty if they make the same.
std::string DescribeTokenizationDifference(const Plan& ours, const Plan& theirs);

}  // namespace blindlink
