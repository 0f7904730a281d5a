#include "resolver/service/linkage_service.h"

#include <ctime>
#include <string>
#include <utility>

#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// Before a message repeats them.
absl::Status CheckNames(const v1::StartLinkageRequest& request) {
  for (const v1::DatasetName& name : request.only_with()) {
    BL_RETURN_IF_ERROR(CheckName("site", name.site()));
    BL_RETURN_IF_ERROR(CheckName("dataset", name.dataset()));
  }
  for (const std::string& run : {request.since_run(), request.model_of_run()}) {
    if (!run.empty()) BL_RETURN_IF_ERROR(CheckName("run", run));
  }
  return absl::OkStatus();
}

}  // namespace

grpc::Status LinkageService::StartLinkage(grpc::ServerContext* context,
                                          const v1::StartLinkageRequest* request,
                                          v1::LinkageRun* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Linkage/StartLinkage", {request->project()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_RETURN_IF_ERROR(CheckNames(*request));
        BL_ASSIGN_OR_RETURN(*response, project->runs().Start(*request, time(nullptr)));
        return absl::OkStatus();
      });
}

grpc::Status LinkageService::GetLinkageRun(grpc::ServerContext* context,
                                           const v1::GetLinkageRunRequest* request,
                                           v1::LinkageRun* response) {
  return gate_.Pass(*context, "/blindlink.v1.Linkage/GetLinkageRun",
                    {request->project(), request->run()}, [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->runs().Get(request->run()));
                      return absl::OkStatus();
                    });
}

grpc::Status LinkageService::ListLinkageRuns(grpc::ServerContext* context,
                                             const v1::ListLinkageRunsRequest* request,
                                             v1::ListLinkageRunsResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.Linkage/ListLinkageRuns", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      for (v1::LinkageRun& run : project->runs().List())
                        *response->add_runs() = std::move(run);
                      return absl::OkStatus();
                    });
}

grpc::Status LinkageService::CancelLinkage(grpc::ServerContext* context,
                                           const v1::GetLinkageRunRequest* request,
                                           v1::LinkageRun* response) {
  return gate_.Pass(*context, "/blindlink.v1.Linkage/CancelLinkage",
                    {request->project(), request->run()}, [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->runs().Cancel(request->run()));
                      return absl::OkStatus();
                    });
}

grpc::Status LinkageService::RemoveLinkageRun(grpc::ServerContext* context,
                                              const v1::GetLinkageRunRequest* request,
                                              v1::LinkageRun* response) {
  return gate_.Pass(*context, "/blindlink.v1.Linkage/RemoveLinkageRun",
                    {request->project(), request->run()}, [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_ASSIGN_OR_RETURN(*response, project->runs().Remove(request->run()));
                      return absl::OkStatus();
                    });
}

}  // namespace blindlink::resolver
