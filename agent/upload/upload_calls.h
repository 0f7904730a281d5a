#pragma once

#include "absl/status/statusor.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "blindlink/v1/upload_service.pb.h"

namespace blindlink {

// The unary calls of the Upload service, each with a deadline; errors as common/rpc/status.h.
// Nothing is retried here.
absl::StatusOr<v1::UploadPosition> BeginUpload(v1::Upload::StubInterface& stub,
                                               const v1::UploadManifest& manifest);
absl::StatusOr<v1::UploadInfo> CommitUpload(v1::Upload::StubInterface& stub,
                                            const v1::CommitUploadRequest& request);
absl::StatusOr<v1::UploadInfo> GetUpload(v1::Upload::StubInterface& stub,
                                         const std::string& project, const std::string& dataset);
absl::StatusOr<v1::ListUploadsResponse> ListUploads(v1::Upload::StubInterface& stub,
                                                    const std::string& project);
absl::StatusOr<v1::UploadInfo> DiscardUpload(v1::Upload::StubInterface& stub,
                                             const std::string& project,
                                             const std::string& dataset);

}  // namespace blindlink
