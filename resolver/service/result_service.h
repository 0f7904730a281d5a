#pragma once

#include "blindlink/v1/result_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/results/run_result.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/result_service.proto over the project store. Rows are read from disk as the
// stream takes them: memory does not grow with the result. Thread-safe.
class ResultService final : public v1::Result::Service {
 public:
  ResultService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status ListResults(grpc::ServerContext* context, const v1::ListResultsRequest* request,
                           v1::ListResultsResponse* response) override;
  grpc::Status GetMatchPairs(grpc::ServerContext* context, const v1::GetRowsRequest* request,
                             grpc::ServerWriter<v1::MatchPairChunk>* writer) override;
  grpc::Status GetEntityMap(grpc::ServerContext* context, const v1::GetRowsRequest* request,
                            grpc::ServerWriter<v1::EntityChunk>* writer) override;
  grpc::Status GetOverlap(grpc::ServerContext* context, const v1::GetOverlapRequest* request,
                          v1::OverlapResponse* response) override;
  grpc::Status GetShiftSeeds(grpc::ServerContext* context, const v1::GetRowsRequest* request,
                             grpc::ServerWriter<v1::ShiftSeedChunk>* writer) override;

 private:
  absl::Status SendShiftSeeds(Call& call, const v1::GetRowsRequest& request,
                              grpc::ServerWriter<v1::ShiftSeedChunk>* writer);
  // Once the audit trail has the call.
  absl::StatusOr<std::shared_ptr<const RunResult>> BeginRows(Call& call,
                                                             const v1::GetRowsRequest& request,
                                                             RunResult::Rows rows);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
