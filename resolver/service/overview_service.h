#pragma once

#include "blindlink/v1/overview_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"
#include "resolver/service/health.h"

namespace blindlink::resolver {

// proto/blindlink/v1/overview_service.proto over the project store. Thread-safe.
class OverviewService final : public v1::Overview::Service {
 public:
  OverviewService(CallGate& gate, ProjectStore& store, const HealthSource& health)
      : gate_(gate), store_(store), health_(health) {}

  grpc::Status GetHealth(grpc::ServerContext* context, const v1::GetHealthRequest* request,
                         v1::Health* response) override;
  grpc::Status GetRunOverview(grpc::ServerContext* context,
                              const v1::GetRunOverviewRequest* request,
                              v1::RunOverview* response) override;
  grpc::Status PreviewRun(grpc::ServerContext* context, const v1::PreviewRunRequest* request,
                          v1::RunPreview* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
  const HealthSource& health_;
};

}  // namespace blindlink::resolver
