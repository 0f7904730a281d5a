#include "resolver/service/call_gate.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/telemetry/log.h"
#include "grpcpp/security/auth_context.h"
#include "resolver/authz/method_table.h"

namespace blindlink::resolver {

absl::StatusOr<Party> CallGate::Admit(const grpc::ServerContext& context, const char* method) {
  const auto auth = context.auth_context();
  const std::vector<grpc::string_ref> pem = auth->FindPropertyValues("x509_pem_cert");
  if (!auth->IsPeerAuthenticated() || pem.size() != 1) {
    return absl::UnauthenticatedError("a client certificate is required");
  }
  absl::StatusOr<Party> caller = clients_.Identify(absl::string_view(pem[0].data(), pem[0].size()));
  if (!caller.ok()) return caller.status();
  if (!MayCall(caller->role, method)) {
    return absl::PermissionDeniedError(
        absl::StrCat("a ", NameOf(caller->role), " may not call ", method));
  }
  return caller;
}

void CallGate::Log(const grpc::ServerContext& context, const char* method,
                   const absl::StatusOr<Party>& caller, const absl::Status& status) {
  const std::string who = caller.ok() ? SpiffeUriOf(*caller) : "-";
  const std::string code = absl::StatusCodeToString(status.code());
  if (status.ok()) {
    spdlog::info("event=call-answered method={} party={} peer={} code={}", method, who,
                 context.peer(), code);
  } else {
    spdlog::warn("event=call-answered method={} party={} peer={} code={} why={}", method, who,
                 context.peer(), code, LogQuote(status.message()));
  }
}

namespace {

absl::Status NoSuchProject(absl::string_view project) {
  return absl::NotFoundError(absl::StrCat("there is no project ", project));
}

// A project that was left out: the coordinator is told why, and its parties that it is damaged.
absl::Status DamagedForCaller(const ProjectStore& store, const std::string& project,
                              const Party& caller) {
  const auto damaged = store.ListDamaged();
  const auto found = damaged.find(project);
  if (found == damaged.end()) return NoSuchProject(project);
  if (caller.role == Role::kCoordinator) return absl::DataLossError(found->second.damage);
  const auto& parties = caller.role == Role::kSite ? found->second.parties.sites()
                                                   : found->second.parties.researchers();
  if (std::find(parties.begin(), parties.end(), caller.name) == parties.end()) {
    return NoSuchProject(project);
  }
  return absl::DataLossError(absl::StrCat(
      "project ", project, " is damaged at the center and not served: tell the coordinator"));
}

}  // namespace

absl::StatusOr<Project*> FindForCaller(const ProjectStore& store, const std::string& project,
                                       const Party& caller) {
  absl::StatusOr<Project*> found = store.Find(project);
  if (absl::IsDataLoss(found.status())) return DamagedForCaller(store, project, caller);
  if (!found.ok()) return found;
  const bool takes_part =
      caller.role == Role::kCoordinator ||
      (caller.role == Role::kSite && (*found)->HasSite(caller.name)) ||
      (caller.role == Role::kResearcher && (*found)->HasResearcher(caller.name));
  if (!takes_part) return NoSuchProject(project);
  return found;
}

}  // namespace blindlink::resolver
