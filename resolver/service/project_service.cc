#include "resolver/service/project_service.h"

#include <ctime>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {

grpc::Status ProjectService::CreateProject(grpc::ServerContext* context,
                                           const v1::CreateProjectRequest* request,
                                           v1::ProjectInfo* response) {
  return gate_.Pass(*context, "/blindlink.v1.Project/CreateProject", {request->name()},
                    [&](const Party&) -> absl::Status {
                      BL_RETURN_IF_ERROR(CheckRoomForProject());
                      BL_ASSIGN_OR_RETURN(const Project* project,
                                          store_.Create(*request, time(nullptr)));
                      *response = project->Info(/*with_plan_text=*/true);
                      return absl::OkStatus();
                    });
}

absl::Status ProjectService::CheckRoomForProject() const {
  const size_t projects = store_.List().size() + store_.ListDamaged().size();
  if (projects < max_projects_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the resolver has ", projects,
                   " projects, which is the most that its configuration allows (max_projects)"));
}

grpc::Status ProjectService::GetProject(grpc::ServerContext* context,
                                        const v1::GetProjectRequest* request,
                                        v1::ProjectInfo* response) {
  return gate_.Pass(*context, "/blindlink.v1.Project/GetProject", {request->name()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(const Project* project,
                                          FindForCaller(store_, request->name(), caller));
                      *response = project->Info(/*with_plan_text=*/true);
                      return absl::OkStatus();
                    });
}

grpc::Status ProjectService::ListProjects(grpc::ServerContext* context,
                                          const v1::ListProjectsRequest*,
                                          v1::ListProjectsResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.Project/ListProjects", {}, [&](const Party& caller) {
    for (const Project* project : store_.List()) {
      if (!FindForCaller(store_, project->name(), caller).ok()) continue;
      *response->add_projects() = project->Info(/*with_plan_text=*/false);
    }
    if (caller.role != Role::kCoordinator) return absl::OkStatus();
    for (const auto& [name, damaged] : store_.ListDamaged()) {
      v1::ProjectInfo& info = *response->add_projects();
      info.set_name(name);
      info.set_damage(damaged.damage);
    }
    return absl::OkStatus();
  });
}

}  // namespace blindlink::resolver
