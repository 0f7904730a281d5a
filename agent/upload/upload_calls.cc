#include "agent/upload/upload_calls.h"

namespace blindlink::agent {
namespace {

using ProjectStub = v1::Project::StubInterface;
using UploadStub = v1::Upload::StubInterface;

v1::GetUploadRequest Named(const std::string& project, const std::string& dataset) {
  v1::GetUploadRequest request;
  request.set_project(project);
  request.set_dataset(dataset);
  return request;
}

}  // namespace

absl::StatusOr<v1::ProjectInfo> GetProject(ProjectStub& stub, const std::string& name) {
  v1::GetProjectRequest request;
  request.set_name(name);
  return UnaryCall(stub, &ProjectStub::GetProject, request, kFailWithoutConnection);
}

absl::StatusOr<v1::UploadPosition> BeginUpload(UploadStub& stub, const v1::UploadManifest& manifest,
                                               const UnaryCallOptions& options) {
  v1::BeginUploadRequest request;
  *request.mutable_manifest() = manifest;
  return UnaryCall(stub, &UploadStub::BeginUpload, request, options);
}

absl::StatusOr<v1::UploadInfo> CommitUpload(UploadStub& stub,
                                            const v1::CommitUploadRequest& request) {
  return UnaryCall(stub, &UploadStub::CommitUpload, request, kWaitForConnection);
}

absl::StatusOr<v1::UploadInfo> GetUpload(UploadStub& stub, const std::string& project,
                                         const std::string& dataset) {
  return UnaryCall(stub, &UploadStub::GetUpload, Named(project, dataset), kWaitForConnection);
}

absl::StatusOr<v1::ListUploadsResponse> ListUploads(UploadStub& stub, const std::string& project) {
  v1::ListUploadsRequest request;
  request.set_project(project);
  return UnaryCall(stub, &UploadStub::ListUploads, request, kFailWithoutConnection);
}

absl::StatusOr<v1::UploadInfo> SetDatasetEnd(v1::Retention::StubInterface& stub,
                                             const std::string& project, const std::string& dataset,
                                             int64_t end_unix_seconds) {
  v1::SetDatasetEndRequest request;
  request.set_project(project);
  request.set_dataset(dataset);
  request.set_end_unix_seconds(end_unix_seconds);
  return UnaryCall(stub, &v1::Retention::StubInterface::SetDatasetEnd, request,
                   kFailWithoutConnection);
}

absl::StatusOr<v1::UploadInfo> DiscardUpload(UploadStub& stub, const std::string& project,
                                             const std::string& dataset) {
  return UnaryCall(stub, &UploadStub::DiscardUpload, Named(project, dataset),
                   kFailWithoutConnection);
}

}  // namespace blindlink::agent
