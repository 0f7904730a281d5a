#include "resolver/service/overview_service.h"

#include "common/base/status_macros.h"

namespace blindlink::resolver {

grpc::Status OverviewService::GetHealth(grpc::ServerContext* context, const v1::GetHealthRequest*,
                                        v1::Health* response) {
  return gate_.Pass(*context, "/blindlink.v1.Overview/GetHealth", {}, [&](const Party&) {
    *response = health_.Now();
    return absl::OkStatus();
  });
}

grpc::Status OverviewService::GetRunOverview(grpc::ServerContext* context,
                                             const v1::GetRunOverviewRequest* request,
                                             v1::RunOverview* response) {
  return gate_.Pass(*context, "/blindlink.v1.Overview/GetRunOverview",
                    {request->project(), request->run()}, [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->runs().Overview(request->run()));
                      return absl::OkStatus();
                    });
}

grpc::Status OverviewService::PreviewRun(grpc::ServerContext* context,
                                         const v1::PreviewRunRequest* request,
                                         v1::RunPreview* response) {
  return gate_.Pass(*context, "/blindlink.v1.Overview/PreviewRun", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->runs().Preview());
                      return absl::OkStatus();
                    });
}

}  // namespace blindlink::resolver
