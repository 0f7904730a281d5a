#pragma once

#include "absl/status/status.h"
#include "blindlink/v1/entity_change_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/entity_change_service.proto over the project store. Rows are sent as they are
// found: memory does not grow with the result. Thread-safe.
class EntityChangeService final : public v1::EntityChanges::Service {
 public:
  EntityChangeService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status GetEntityChanges(grpc::ServerContext* context,
                                const v1::GetEntityChangesRequest* request,
                                grpc::ServerWriter<v1::EntityChangeChunk>* writer) override;

 private:
  absl::Status Send(Call& call, const v1::GetEntityChangesRequest& request,
                    grpc::ServerWriter<v1::EntityChangeChunk>* writer);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
