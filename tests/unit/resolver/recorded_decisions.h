#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "resolver/audit/own_decision.h"

namespace blindlink::resolver {

// In place of the audit log: the decisions that were entered, as "GRANT_ENDED grant=grant-000001".
struct RecordedDecisions {
  std::atomic<bool> writable = true;
  std::vector<std::string> entered;

  EnterDecision Enter() {
    return [this](v1::AuditKind kind, const DecisionObjects& objects) -> absl::Status {
      if (!writable) return absl::UnavailableError("the audit log cannot be written");
      entered.push_back(v1::AuditKind_Name(kind));
      for (const auto& [of_kind, name] : objects) {
        absl::StrAppend(&entered.back(), " ", of_kind, "=", name);
      }
      return absl::OkStatus();
    };
  }
};

}  // namespace blindlink::resolver
