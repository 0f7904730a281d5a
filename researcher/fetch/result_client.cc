#include "researcher/fetch/result_client.h"

#include <chrono>

#include "common/rpc/status.h"
#include "grpcpp/client_context.h"

namespace blindlink::researcher {
namespace {

constexpr std::chrono::seconds kShortCallLimit{60};

void SetDeadline(grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + kShortCallLimit);
}

v1::GetRowsRequest RowsRequest(const std::string& project, const std::string& run,
                               uint64_t first_row) {
  v1::GetRowsRequest request;
  request.set_project(project);
  request.set_run(run);
  request.set_first_row(first_row);
  return request;
}

template <typename Chunk, typename Take>
absl::Status Drain(grpc::ClientContext* context, grpc::ClientReader<Chunk>* reader,
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

ResultClient::ResultClient(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), stub_(v1::Result::NewStub(channel_)) {}

absl::StatusOr<std::vector<v1::ResultInfo>> ResultClient::ListResults(const std::string& project) {
  grpc::ClientContext context;
  SetDeadline(&context);
  v1::ListResultsRequest request;
  request.set_project(project);
  v1::ListResultsResponse response;
  if (absl::Status status = FromGrpc(stub_->ListResults(&context, request, &response));
      !status.ok()) {
    return status;
  }
  return std::vector<v1::ResultInfo>(response.results().begin(), response.results().end());
}

absl::StatusOr<v1::OverlapResponse> ResultClient::GetOverlap(const std::string& project,
                                                             const std::string& run) {
  grpc::ClientContext context;
  SetDeadline(&context);
  v1::GetOverlapRequest request;
  request.set_project(project);
  request.set_run(run);
  v1::OverlapResponse response;
  if (absl::Status status = FromGrpc(stub_->GetOverlap(&context, request, &response));
      !status.ok()) {
    return status;
  }
  return response;
}

absl::Status ResultClient::GetMatchPairs(const std::string& project, const std::string& run,
                                         uint64_t first_row, const TakePairs& take) {
  grpc::ClientContext context;
  const auto reader = stub_->GetMatchPairs(&context, RowsRequest(project, run, first_row));
  return Drain(&context, reader.get(), take);
}

absl::Status ResultClient::GetEntityMap(const std::string& project, const std::string& run,
                                        uint64_t first_row, const TakeMembers& take) {
  grpc::ClientContext context;
  const auto reader = stub_->GetEntityMap(&context, RowsRequest(project, run, first_row));
  return Drain(&context, reader.get(), take);
}

}  // namespace blindlink::researcher
