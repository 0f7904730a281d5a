#include "agent/upload/project_call.h"

#include <chrono>

#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "grpcpp/client_context.h"

namespace blindlink::agent {

absl::StatusOr<v1::ProjectInfo> GetProject(const std::shared_ptr<grpc::Channel>& channel,
                                           const std::string& name) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  v1::GetProjectRequest request;
  request.set_name(name);
  v1::ProjectInfo project;
  BL_RETURN_IF_ERROR(
      FromGrpc(v1::Project::NewStub(channel)->GetProject(&context, request, &project)));
  return project;
}

}  // namespace blindlink::agent
