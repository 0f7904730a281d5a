#include "resolver/service/key_rotation_service.h"

#include <ctime>

#include "common/base/status_macros.h"

namespace blindlink::resolver {

template <typename Change>
grpc::Status KeyRotationService::Pass(grpc::ServerContext* context, const char* method,
                                      const std::string& project, v1::ProjectKeys* response,
                                      Change change) {
  return gate_.Pass(*context, method, {project}, [&](const Party& caller) -> absl::Status {
    BL_ASSIGN_OR_RETURN(Project* const found, FindForCaller(store_, project, caller));
    BL_RETURN_IF_ERROR(change(*found));
    BL_ASSIGN_OR_RETURN(*response, found->Keys());
    return absl::OkStatus();
  });
}

grpc::Status KeyRotationService::GetProjectKeys(grpc::ServerContext* context,
                                                const v1::ProjectKeysRequest* request,
                                                v1::ProjectKeys* response) {
  return Pass(context, "/blindlink.v1.KeyRotation/GetProjectKeys", request->project(), response,
              [](Project&) { return absl::OkStatus(); });
}

grpc::Status KeyRotationService::OpenEpoch(grpc::ServerContext* context,
                                           const v1::OpenEpochRequest* request,
                                           v1::ProjectKeys* response) {
  return Pass(context, "/blindlink.v1.KeyRotation/OpenEpoch", request->project(), response,
              [&](Project& project) { return project.epochs().Open(*request, time(nullptr)); });
}

grpc::Status KeyRotationService::RetireEpoch(grpc::ServerContext* context,
                                             const v1::RetireEpochRequest* request,
                                             v1::ProjectKeys* response) {
  return Pass(context, "/blindlink.v1.KeyRotation/RetireEpoch", request->project(), response,
              [&](Project& project) { return project.epochs().Retire(request->partial()); });
}

grpc::Status KeyRotationService::RotateIndexKey(grpc::ServerContext* context,
                                                const v1::ProjectKeysRequest* request,
                                                v1::ProjectKeys* response) {
  return Pass(context, "/blindlink.v1.KeyRotation/RotateIndexKey", request->project(), response,
              [](Project& project) { return project.index_rotation().Begin(); });
}

}  // namespace blindlink::resolver
