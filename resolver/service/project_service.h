#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/project_service.proto over the project store. Thread-safe.
class ProjectService final : public v1::Project::Service {
 public:
  ProjectService(CallGate& gate, ProjectStore& store, size_t max_projects)
      : gate_(gate), store_(store), max_projects_(max_projects) {}

  grpc::Status CreateProject(grpc::ServerContext* context, const v1::CreateProjectRequest* request,
                             v1::ProjectInfo* response) override;
  grpc::Status GetProject(grpc::ServerContext* context, const v1::GetProjectRequest* request,
                          v1::ProjectInfo* response) override;
  grpc::Status ListProjects(grpc::ServerContext* context, const v1::ListProjectsRequest* request,
                            v1::ListProjectsResponse* response) override;
  grpc::Status AddParty(grpc::ServerContext* context, const v1::AddPartyRequest* request,
                        v1::ProjectInfo* response) override;
  grpc::Status PurgeProject(grpc::ServerContext* context, const v1::PurgeProjectRequest* request,
                            v1::PurgeProjectResponse* response) override;

 private:
  // FAILED_PRECONDITION if there are as many projects as there may be.
  absl::Status CheckRoomForProject() const;

  CallGate& gate_;
  ProjectStore& store_;
  const size_t max_projects_;
};

}  // namespace blindlink::resolver
