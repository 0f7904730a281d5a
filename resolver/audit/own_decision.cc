#include "resolver/audit/own_decision.h"

namespace blindlink::resolver {

EnterDecision DecisionsInto(AuditLog& log) {
  return [&log](v1::AuditKind kind, const DecisionObjects& objects) -> absl::Status {
    if (!log.writable()) return absl::UnavailableError("the audit log cannot be written");
    v1::AuditEntry entry;
    entry.set_kind(kind);
    for (const auto& [of_kind, name] : objects) {
      v1::AuditObject& object = *entry.add_objects();
      object.set_kind(of_kind);
      object.set_name(name);
    }
    return log.Append(std::move(entry)).status();
  };
}

EnterDecision DecisionsOfProject(std::string project, EnterDecision enter) {
  return [project = std::move(project), enter = std::move(enter)](v1::AuditKind kind,
                                                                  const DecisionObjects& objects) {
    DecisionObjects all = {{"project", project}};
    all.insert(all.end(), objects.begin(), objects.end());
    return enter(kind, all);
  };
}

}  // namespace blindlink::resolver
