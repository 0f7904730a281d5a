#pragma once

#include "blindlink/v1/key_rotation_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/key_rotation_service.proto over the project store. Thread-safe.
class KeyRotationService final : public v1::KeyRotation::Service {
 public:
  KeyRotationService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status GetProjectKeys(grpc::ServerContext* context, const v1::ProjectKeysRequest* request,
                              v1::ProjectKeys* response) override;
  grpc::Status OpenEpoch(grpc::ServerContext* context, const v1::OpenEpochRequest* request,
                         v1::ProjectKeys* response) override;
  grpc::Status RetireEpoch(grpc::ServerContext* context, const v1::RetireEpochRequest* request,
                           v1::ProjectKeys* response) override;
  grpc::Status RotateIndexKey(grpc::ServerContext* context, const v1::ProjectKeysRequest* request,
                              v1::ProjectKeys* response) override;

 private:
  // Answers with the project's keys after `change(Project&)`, which returns absl::Status.
  template <typename Change>
  grpc::Status Pass(grpc::ServerContext* context, const char* method, const std::string& project,
                    v1::ProjectKeys* response, Change change);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
