#include "resolver/service/project_service.h"

#include <algorithm>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// A site sees its own census only, a researcher none.
v1::ProjectInfo ForCaller(v1::ProjectInfo info, const Party& caller) {
  if (caller.role == Role::kCoordinator) return info;
  auto& census = *info.mutable_site_census();
  census.erase(std::remove_if(census.begin(), census.end(),
                              [&](const v1::SiteCensus& one) {
                                return caller.role != Role::kSite || one.site() != caller.name;
                              }),
               census.end());
  return info;
}

}  // namespace

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
                      *response = ForCaller(project->Info(/*with_plan_text=*/true), caller);
                      return absl::OkStatus();
                    });
}

grpc::Status ProjectService::ListProjects(grpc::ServerContext* context,
                                          const v1::ListProjectsRequest*,
                                          v1::ListProjectsResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.Project/ListProjects", {}, [&](const Party& caller) {
    for (const Project* project : store_.List()) {
      if (!FindForCaller(store_, project->name(), caller).ok()) continue;
      *response->add_projects() = ForCaller(project->Info(/*with_plan_text=*/false), caller);
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

grpc::Status ProjectService::AddParty(grpc::ServerContext* context,
                                      const v1::AddPartyRequest* request,
                                      v1::ProjectInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Project/AddParty",
      {.project = request->project(), .site = request->site(), .researcher = request->researcher()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project* const project,
                            FindForCaller(store_, request->project(), caller));
        BL_RETURN_IF_ERROR(project->AddParty(*request, time(nullptr)));
        *response = project->Info(/*with_plan_text=*/false);
        return absl::OkStatus();
      });
}

grpc::Status ProjectService::PurgeProject(grpc::ServerContext* context,
                                          const v1::PurgeProjectRequest* request,
                                          v1::PurgeProjectResponse*) {
  return gate_.Pass(*context, "/blindlink.v1.Project/PurgeProject", {request->name()},
                    [&](const Party&) -> absl::Status {
                      BL_RETURN_IF_ERROR(CheckName("project", request->name()));
                      if (request->confirm() != request->name()) {
                        return absl::InvalidArgumentError(
                            "everything of the project would be destroyed: confirm it by giving "
                            "the project's name once more");
                      }
                      return store_.Purge(request->name(), gate_.CallsUntilNow());
                    });
}

}  // namespace blindlink::resolver
