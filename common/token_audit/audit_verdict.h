#pragma once

#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/token_audit.h"

namespace blindlink {

// What an audit without the site's own records found, set against the plan's thresholds: the
// largest way of each field, and which thresholds are exceeded, in words that name no value. A plan
// without thresholds has none that are exceeded.
v1::TokenSetAudit JudgeTokenSet(const TokenAuditFindings& findings, const ChainLayout& layout,
                                const Plan& plan);

}  // namespace blindlink
