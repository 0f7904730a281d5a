#pragma once

#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/linkage_service.proto over the project store. Thread-safe.
class LinkageService final : public v1::Linkage::Service {
 public:
  LinkageService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status StartLinkage(grpc::ServerContext* context, const v1::StartLinkageRequest* request,
                            v1::LinkageRun* response) override;
  grpc::Status GetLinkageRun(grpc::ServerContext* context, const v1::GetLinkageRunRequest* request,
                             v1::LinkageRun* response) override;
  grpc::Status ListLinkageRuns(grpc::ServerContext* context,
                               const v1::ListLinkageRunsRequest* request,
                               v1::ListLinkageRunsResponse* response) override;
  grpc::Status CancelLinkage(grpc::ServerContext* context, const v1::GetLinkageRunRequest* request,
                             v1::LinkageRun* response) override;
  grpc::Status RemoveLinkageRun(grpc::ServerContext* context,
                                const v1::GetLinkageRunRequest* request,
                                v1::LinkageRun* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
