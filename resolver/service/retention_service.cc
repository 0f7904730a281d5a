#include "resolver/service/retention_service.h"

#include <ctime>

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

}  // namespace blindlink::resolver
