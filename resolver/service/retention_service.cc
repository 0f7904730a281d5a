#include "resolver/service/retention_service.h"

#include <ctime>
#include <string>

#include "common/base/status_macros.h"

namespace blindlink::resolver {

grpc::Status RetentionService::DropIndex(grpc::ServerContext* context,
                                         const v1::DropIndexRequest* request,
                                         v1::DroppedIndex* response) {
  return gate_.Pass(*context, "/blindlink.v1.Retention/DropIndex", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->DropIndex(time(nullptr)));
                      return absl::OkStatus();
                    });
}

grpc::Status RetentionService::SetDatasetEnd(grpc::ServerContext* context,
                                             const v1::SetDatasetEndRequest* request,
                                             v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Retention/SetDatasetEnd",
      {request->project(), "", request->site(), request->dataset()},
      [&](const Party& caller) -> absl::Status {
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, request->site()));
        const std::string& site = caller.role == Role::kSite ? caller.name : request->site();
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(*response,
                            project->uploads().SetEnd(site, request->dataset(),
                                                      request->end_unix_seconds(), time(nullptr)));
        response->set_failure(gate_.WithoutPaths(response->failure()));
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
