#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "blindlink/v1/retention_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/rpc/unary_call.h"

namespace blindlink::agent {

// The unary calls by which a site uploads, each made once and with a deadline. Errors are the
// resolver's, as common/rpc/status.h translates them.

// gRPC connects only while a call is waiting: sleeping between calls that fail at once can miss a
// resolver that came back long ago. Calls that are repeated therefore wait for the connection.
inline constexpr UnaryCallOptions kWaitForConnection{.deadline = std::chrono::seconds(25),
                                                     .wait_for_connection = true};
inline constexpr UnaryCallOptions kFailWithoutConnection{};

// The project as the resolver has it, with its plan. Fails at once without a connection.
absl::StatusOr<v1::ProjectInfo> GetProject(v1::Project::StubInterface& stub,
                                           const std::string& name);

absl::StatusOr<v1::UploadPosition> BeginUpload(v1::Upload::StubInterface& stub,
                                               const v1::UploadManifest& manifest,
                                               const UnaryCallOptions& options);
// These two wait for a connection.
absl::StatusOr<v1::UploadInfo> CommitUpload(v1::Upload::StubInterface& stub,
                                            const v1::CommitUploadRequest& request);
absl::StatusOr<v1::UploadInfo> GetUpload(v1::Upload::StubInterface& stub,
                                         const std::string& project, const std::string& dataset);
// These fail at once without a connection.
absl::StatusOr<v1::ListUploadsResponse> ListUploads(v1::Upload::StubInterface& stub,
                                                    const std::string& project);
absl::StatusOr<v1::UploadInfo> SetDatasetEnd(v1::Retention::StubInterface& stub,
                                             const std::string& project, const std::string& dataset,
                                             int64_t end_unix_seconds);
absl::StatusOr<v1::UploadInfo> DiscardUpload(v1::Upload::StubInterface& stub,
                                             const std::string& project,
                                             const std::string& dataset);

}  // namespace blindlink::agent
