#pragma once

#include <cstdint>
#include <string>

#include "blindlink/v1/resolver_audit.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/audit_findings.h"
#include "common/token_audit/chain_layout.h"
#include "common/token_audit/group_audit.h"

namespace blindlink {

// What the resolver found, set against the plan's thresholds or, if it has none, with notes on what
// it shows. `options` are those it was found with.
v1::ResolverAudit ResolverAuditOf(const TokenAuditFindings& findings, const ChainLayout& layout,
                                  const Plan& plan, const GroupAuditOptions& options);

// Several lines for people, all that it holds. `tokens`: those of the dataset.
std::string DescribeResolverAudit(const v1::ResolverAudit& audit, uint64_t tokens);

// What it warns of, a line each, indented; empty if nothing is exceeded or worth a note. Its words
// may be foreign text, so control characters are escaped and long texts cut.
std::string WarningsOf(const v1::ResolverAudit& audit);

}  // namespace blindlink
