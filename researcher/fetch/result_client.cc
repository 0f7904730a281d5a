#include "researcher/fetch/result_client.h"

#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "common/rpc/unary_call.h"
#include "grpcpp/client_context.h"

namespace blindlink::researcher {
namespace {

using ResultStub = v1::Result::StubInterface;

v1::GetRowsRequest RowsRequest(const std::string& project, const std::string& run,
                               const std::string& grant, uint64_t first_row) {
  v1::GetRowsRequest request;
  request.set_project(project);
  request.set_run(run);
  request.set_first_row(first_row);
  request.set_grant(grant);
  return request;
}

template <typename Chunk, typename Take>
absl::Status Drain(grpc::ClientContext* context, grpc::ClientReaderInterface<Chunk>* reader,
                   const Take& take) {
  Chunk chunk;
  while (reader->Read(&chunk)) {
    if (absl::Status taken = take(chunk); !taken.ok()) {
      context->TryCancel();
      while (reader->Read(&chunk)) continue;
      reader->Finish().ok();  // CANCELLED by ourselves
      return taken;
    }
  }
  return FromGrpc(reader->Finish());
}

}  // namespace

absl::StatusOr<std::vector<v1::ResultInfo>> ResultClient::ListResults(const std::string& project,
                                                                      const std::string& grant) {
  v1::ListResultsRequest request;
  request.set_project(project);
  request.set_grant(grant);
  BL_ASSIGN_OR_RETURN(const v1::ListResultsResponse response,
                      UnaryCall(*stub_, &ResultStub::ListResults, request));
  return std::vector<v1::ResultInfo>(response.results().begin(), response.results().end());
}

absl::StatusOr<v1::OverlapResponse> ResultClient::GetOverlap(const std::string& project,
                                                             const std::string& run,
                                                             const std::string& grant) {
  v1::GetOverlapRequest request;
  request.set_project(project);
  request.set_run(run);
  request.set_grant(grant);
  return UnaryCall(*stub_, &ResultStub::GetOverlap, request);
}

absl::Status ResultClient::GetMatchPairs(const std::string& project, const std::string& run,
                                         const std::string& grant, uint64_t first_row,
                                         const TakePairs& take) {
  grpc::ClientContext context;
  const auto reader = stub_->GetMatchPairs(&context, RowsRequest(project, run, grant, first_row));
  return Drain(&context, reader.get(), take);
}

absl::Status ResultClient::GetEntityMap(const std::string& project, const std::string& run,
                                        const std::string& grant, uint64_t first_row,
                                        const TakeMembers& take) {
  grpc::ClientContext context;
  const auto reader = stub_->GetEntityMap(&context, RowsRequest(project, run, grant, first_row));
  return Drain(&context, reader.get(), take);
}

}  // namespace blindlink::researcher
