#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "agent/upload/uploader.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/rpc/client.h"

namespace blindlink::agent {

// A connection with an upload begun on it.
struct UploadSession {
  std::unique_ptr<v1::Upload::StubInterface> stub;  // before uploader, which uses it
  std::unique_ptr<Uploader> uploader;
};

// Begins or continues the upload of `manifest`; says so on standard error when it continues.
absl::StatusOr<UploadSession> BeginSession(const std::shared_ptr<grpc::Channel>& channel,
                                           const v1::UploadManifest& manifest);

// Commits, and unless `wait` is false waits, with progress, until the resolver has ingested the
// dataset. Prints how it ended.
absl::Status CommitSession(Uploader& uploader, const v1::UploadCounts& counts, bool wait);

}  // namespace blindlink::agent
