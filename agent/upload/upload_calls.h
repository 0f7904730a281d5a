#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "blindlink/v1/upload_service.pb.h"

namespace blindlink::agent {

// Whether a call waits, as long as its deadline lets it, for a connection to come about. gRPC works
// on a connection only while a call is waiting: sleeping between calls that fail at once can miss a
// resolver that has long been back.
enum class Connecting { kFailAtOnce, kWait };

// The unary calls of the Upload service, each with a deadline; errors as common/rpc/status.h.
// Nothing is retried here.
absl::StatusOr<v1::UploadPosition> BeginUpload(v1::Upload::StubInterface& stub,
                                               const v1::UploadManifest& manifest,
                                               Connecting connecting);
// These two wait for a connection.
absl::StatusOr<v1::UploadInfo> CommitUpload(v1::Upload::StubInterface& stub,
                                            const v1::CommitUploadRequest& request);
absl::StatusOr<v1::UploadInfo> GetUpload(v1::Upload::StubInterface& stub,
                                         const std::string& project, const std::string& dataset);
// These fail at once if there is none.
absl::StatusOr<v1::ListUploadsResponse> ListUploads(v1::Upload::StubInterface& stub,
                                                    const std::string& project);
absl::StatusOr<v1::UploadInfo> DiscardUpload(v1::Upload::StubInterface& stub,
                                             const std::string& project,
                                             const std::string& dataset);

}  // namespace blindlink::agent
