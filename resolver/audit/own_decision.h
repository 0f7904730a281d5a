#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/v1/audit_service.pb.h"
#include "resolver/audit/audit_log.h"

namespace blindlink::resolver {

// What a decision is about: {"grant", "grant-000001"}.
using DecisionObjects = std::vector<std::pair<std::string, std::string>>;

// Enters into the audit log what the resolver decides by itself because its time has come, such as
// GRANT_ENDED. After an error the decision must have no effect yet, and is to be tried again later.
using EnterDecision =
    std::function<absl::Status(v1::AuditKind kind, const DecisionObjects& objects)>;

// Enters decisions into `log`, which must outlive the result. UNAVAILABLE, without an attempt to
// write, while the log cannot be written.
EnterDecision DecisionsInto(AuditLog& log);

// The same for decisions about one project, which their objects then begin with.
EnterDecision DecisionsOfProject(std::string project, EnterDecision enter);

}  // namespace blindlink::resolver
