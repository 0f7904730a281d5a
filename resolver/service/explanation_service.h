#pragma once

#include "blindlink/v1/explanation_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/explanation_service.proto over the project store. Thread-safe.
class ExplanationService final : public v1::Explanation::Service {
 public:
  ExplanationService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status ExplainPair(grpc::ServerContext* context, const v1::ExplainPairRequest* request,
                           v1::PairExplanation* response) override;
  grpc::Status ExplainEntity(grpc::ServerContext* context, const v1::ExplainEntityRequest* request,
                             v1::EntityExplanation* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
