#pragma once

#include <string>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/audit_findings.h"
#include "common/token_audit/chain_layout.h"

namespace blindlink {

// What an audit without the site's own records found, set against the plan's thresholds: the
// largest way of each field, and which thresholds are exceeded, in words that name no value. A plan
// without thresholds has none that are exceeded.
v1::TokenSetAudit JudgeTokenSet(const TokenAuditFindings& findings, const ChainLayout& layout,
                                const Plan& plan);

// What a set shows under a plan without thresholds, measured by those of us-guarded: a sentence for
// each field of which more than a hundredth of the records are chained. `class_size` is the one
// that was measured with.
std::vector<std::string> NoteWhatChains(const TokenAuditFindings& findings,
                                        const ChainLayout& layout, const Plan& plan,
                                        uint64_t class_size);

}  // namespace blindlink
