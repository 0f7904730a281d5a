#include "agent/upload/upload_calls.h"

#include <chrono>
#include <string>

#include "common/rpc/status.h"
#include "grpcpp/client_context.h"

namespace blindlink::agent {
namespace {

constexpr std::chrono::seconds kDeadline{60};
constexpr std::chrono::seconds kConnectDeadline{25};

template <typename Reply, typename Request>
absl::StatusOr<Reply> Call(v1::Upload::StubInterface& stub,
                           grpc::Status (v1::Upload::StubInterface::*method)(grpc::ClientContext*,
                                                                             const Request&,
                                                                             Reply*),
                           const Request& request, Connecting connecting) {
  grpc::ClientContext context;
  const bool wait = connecting == Connecting::kWait;
  context.set_wait_for_ready(wait);
  context.set_deadline(std::chrono::system_clock::now() + (wait ? kConnectDeadline : kDeadline));
  Reply reply;
  const absl::Status status = FromGrpc((stub.*method)(&context, request, &reply));
  if (!status.ok()) return status;
  return reply;
}

v1::GetUploadRequest Named(const std::string& project, const std::string& dataset) {
  v1::GetUploadRequest request;
  request.set_project(project);
  request.set_dataset(dataset);
  return request;
}

}  // namespace

absl::StatusOr<v1::UploadPosition> BeginUpload(v1::Upload::StubInterface& stub,
                                               const v1::UploadManifest& manifest,
                                               Connecting connecting) {
  v1::BeginUploadRequest request;
  *request.mutable_manifest() = manifest;
  return Call(stub, &v1::Upload::StubInterface::BeginUpload, request, connecting);
}

absl::StatusOr<v1::UploadInfo> CommitUpload(v1::Upload::StubInterface& stub,
                                            const v1::CommitUploadRequest& request) {
  return Call(stub, &v1::Upload::StubInterface::CommitUpload, request, Connecting::kWait);
}

absl::StatusOr<v1::UploadInfo> GetUpload(v1::Upload::StubInterface& stub,
                                         const std::string& project, const std::string& dataset) {
  return Call(stub, &v1::Upload::StubInterface::GetUpload, Named(project, dataset),
              Connecting::kWait);
}

absl::StatusOr<v1::ListUploadsResponse> ListUploads(v1::Upload::StubInterface& stub,
                                                    const std::string& project) {
  v1::ListUploadsRequest request;
  request.set_project(project);
  return Call(stub, &v1::Upload::StubInterface::ListUploads, request, Connecting::kFailAtOnce);
}

absl::StatusOr<v1::UploadInfo> DiscardUpload(v1::Upload::StubInterface& stub,
                                             const std::string& project,
                                             const std::string& dataset) {
  return Call(stub, &v1::Upload::StubInterface::DiscardUpload, Named(project, dataset),
              Connecting::kFailAtOnce);
}

}  // namespace blindlink::agent
