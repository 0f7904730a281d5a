#pragma once

#include "blindlink/v1/project_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/project_service.proto over the project store. Thread-safe.
class ProjectService final : public v1::Project::Service {
 public:
  ProjectService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status CreateProject(grpc::ServerContext* context, const v1::CreateProjectRequest* request,
                             v1::ProjectInfo* response) override;
  grpc::Status GetProject(grpc::ServerContext* context, const v1::GetProjectRequest* request,
                          v1::ProjectInfo* response) override;
  grpc::Status ListProjects(grpc::ServerContext* context, const v1::ListProjectsRequest* request,
                            v1::ListProjectsResponse* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
