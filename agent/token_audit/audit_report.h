#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/token_audit/naming.h"
#include "common/plan/plan.h"
#include "common/token_audit/token_audit.h"

namespace blindlink::agent {

struct AuditReport {
  std::string tokens;  // the file that was audited
  TokenAuditFindings findings;
  uint64_t class_size = 0;
  std::vector<Naming> namings;      // of each way; empty without the truth
  std::vector<Naming> best;         // of each target
  std::optional<NamingOfTwo> both;  // first name and surname
  // Which thresholds of the plan the set exceeds, in words. Empty: it passes.
  std::vector<std::string> exceeded;
};

// For people, and for programs. Neither names a value of a person.
std::string AuditToText(const AuditReport& report, const Plan& plan);
std::string AuditToJson(const AuditReport& report, const Plan& plan);

}  // namespace blindlink::agent
