#pragma once

#include <memory>
#include <string>

#include "blindlink/v1/result_service.grpc.pb.h"
#include "resolver/access/grant_register.h"
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
  // A result as the caller may have it. Without `use`: as it is.
  struct Opened {
    Project* project = nullptr;
    std::unique_ptr<GrantUse> use;
    std::shared_ptr<const RunResult> result;
  };
  // What a request asks for.
  struct Asked {
    const std::string& project;
    const std::string& run;
    const std::string& grant;
    v1::AccessLevel level;
  };
  // Once the audit trail has the call. PERMISSION_DENIED if a grant is needed that does not exist.
  absl::StatusOr<Opened> Open(Call& call, const Asked& asked, RunResult::Rows rows);
  // Whether what was opened may still be sent: the grant is in force, no record was withdrawn.
  static absl::Status CheckStillReleased(const Opened& opened);
  // What the caller is told of a result: under a grant, its numbers alone.
  static v1::ResultInfo InfoFor(const Opened& opened, const Party& caller);
  absl::Status SendPairs(Call& call, const v1::GetRowsRequest& request,
                         grpc::ServerWriter<v1::MatchPairChunk>* writer);
  absl::Status SendEntities(Call& call, const v1::GetRowsRequest& request,
                            grpc::ServerWriter<v1::EntityChunk>* writer);
  absl::Status SendShiftSeeds(Call& call, const v1::GetRowsRequest& request,
                              grpc::ServerWriter<v1::ShiftSeedChunk>* writer);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
