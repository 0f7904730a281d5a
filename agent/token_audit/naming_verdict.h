#pragma once

#include <vector>

#include "agent/token_audit/naming.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/chain_layout.h"

namespace blindlink::agent {

// Adds to `audit` what the best naming of each field gives, and what of it exceeds the plan's
// threshold, in words that name no value. A naming of no more records than class_size beyond
// guessing exceeds none: the attacker, who stops where stopping is best, names a few by chance. A
// plan without thresholds has none that are exceeded.
void JudgeNaming(const std::vector<Naming>& best, const ChainLayout& layout, const Plan& plan,
                 v1::TokenSetAudit* audit);

}  // namespace blindlink::agent
