#include "keyserver/service/key_server_service.h"

#include <cstdint>
#include <ctime>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "common/telemetry/log.h"
#include "grpc/grpc_security_constants.h"
#include "keyserver/config/keyserver_config.h"
#include "keyserver/service/caller.h"
#include "keyserver/service/evaluation.h"

namespace blindlink::keyserver {
namespace {

std::string CertificateOf(const grpc::ServerContext& context) {
  const std::vector<grpc::string_ref> certificates =
      context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  return certificates.empty() ? "" : std::string(certificates[0].data(), certificates[0].size());
}

// What a caller writes there is not logged unless it is a name.
std::string ProjectForLog(const std::string& project) {
  return CheckName("project", project).ok() ? project : "?";
}

}  // namespace

grpc::Status KeyServerService::Evaluate(grpc::ServerContext* context,
                                        const v1::EvaluateRequest* request,
                                        v1::EvaluateReply* reply) {
  absl::StatusOr<v1::EvaluateReply> answer = Answer(*context, *request);
  if (!answer.ok()) {
    spdlog::warn("event=evaluation-refused project={} peer={} why={}",
                 ProjectForLog(request->project()), LogQuote(context->peer()),
                 LogQuote(answer.status().message()));
    return ToGrpc(answer.status());
  }
  *reply = *std::move(answer);
  return grpc::Status::OK;
}

absl::StatusOr<v1::EvaluateReply> KeyServerService::Answer(const grpc::ServerContext& context,
                                                           const v1::EvaluateRequest& request) {
  const config::v1::KeyServerProject* project = FindProject(config_, request.project());
  // As for a project without the caller: nobody need learn which projects there are.
  if (project == nullptr) {
    return absl::PermissionDeniedError(
        "the key server has no such project with this certificate's site in its list: check "
        "--project, or ask its operator");
  }
  BL_ASSIGN_OR_RETURN(const config::v1::KeyServerSite* site,
                      SiteOfCaller(*project, CertificateOf(context), time(nullptr)));
  BL_ASSIGN_OR_RETURN(const uint64_t elements, CountElements(request.elements()));
  BL_ASSIGN_OR_RETURN(const uint64_t today, counts_.Take(project->name(), site->name(), elements,
                                                         site->elements_per_day(), absl::Now()));
  BL_ASSIGN_OR_RETURN(v1::EvaluateReply reply,
                      keyserver::Evaluate(keys_.at(project->name()), request.elements()));
  spdlog::info("event=evaluated project={} site={} elements={} today={} of={}", project->name(),
               site->name(), elements, today, site->elements_per_day());
  return reply;
}

}  // namespace blindlink::keyserver
