#pragma once

#include "blindlink/v1/retention_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/retention_service.proto over the project store. Thread-safe.
class RetentionService final : public v1::Retention::Service {
 public:
  RetentionService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status DropIndex(grpc::ServerContext* context, const v1::DropIndexRequest* request,
                         v1::DroppedIndex* response) override;
  grpc::Status SetDatasetEnd(grpc::ServerContext* context, const v1::SetDatasetEndRequest* request,
                             v1::UploadInfo* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
