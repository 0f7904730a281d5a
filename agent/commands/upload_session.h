#pragma once

#include <cstdio>
#include <memory>

#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "agent/tokenfile/token_file_reader.h"
#include "agent/upload/uploader.h"
#include "blindlink/v1/upload_service.grpc.pb.h"

namespace blindlink::agent {

// A connection on which an upload has begun.
struct UploadSession {
  std::unique_ptr<v1::Upload::StubInterface> stub;  // declared first: the uploader uses it
  std::unique_ptr<Uploader> uploader;
};

// Begins the upload of `manifest` or continues it, and says so on standard error if it continues.
absl::StatusOr<UploadSession> BeginSession(std::unique_ptr<v1::Upload::StubInterface> stub,
                                           const v1::UploadManifest& manifest);

// Hands all blocks of a token file to `sink`, showing progress. CANCELLED if it is interrupted.
absl::Status SendTokenFile(TokenFileReader& file, BlockSink& sink);

// Commits and, if `wait`, waits until the resolver has ingested the dataset, showing progress.
// Prints the outcome to `out`.
absl::Status CommitSession(Uploader& uploader, const v1::UploadCounts& counts, bool wait,
                           FILE* out = stdout);

}  // namespace blindlink::agent
