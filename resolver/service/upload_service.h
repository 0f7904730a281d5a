#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "resolver/ingest/upload.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/upload_service.proto over the project store. A site's name is always that of
// its certificate; the name it states in a request must match. Thread-safe.
class UploadService final : public v1::Upload::Service {
 public:
  // What one site may have in one project, whatever the state of its datasets.
  struct SiteLimits {
    size_t datasets;
    uint64_t bytes;  // tokens and pseudonyms, without evidence
  };
  UploadService(CallGate& gate, ProjectStore& store, const SiteLimits& limits)
      : gate_(gate), store_(store), limits_(limits) {}

  grpc::Status BeginUpload(grpc::ServerContext* context, const v1::BeginUploadRequest* request,
                           v1::UploadPosition* response) override;
  grpc::Status UploadBlocks(grpc::ServerContext* context,
                            grpc::ServerReader<v1::UploadBlockRequest>* reader,
                            v1::UploadPosition* response) override;
  grpc::Status CommitUpload(grpc::ServerContext* context, const v1::CommitUploadRequest* request,
                            v1::UploadInfo* response) override;
  grpc::Status GetUpload(grpc::ServerContext* context, const v1::GetUploadRequest* request,
                         v1::UploadInfo* response) override;
  grpc::Status ListUploads(grpc::ServerContext* context, const v1::ListUploadsRequest* request,
                           v1::ListUploadsResponse* response) override;
  grpc::Status DiscardUpload(grpc::ServerContext* context, const v1::GetUploadRequest* request,
                             v1::UploadInfo* response) override;

 private:
  absl::Status ReceiveBlocks(Call& call, grpc::ServerReader<v1::UploadBlockRequest>* reader,
                             v1::UploadPosition* response);
  // Where a stream's blocks go.
  struct Target {
    Project* project;
    std::shared_ptr<Upload> upload;
  };
  absl::StatusOr<Target> BeginStream(Call& call, const v1::UploadBlockRequest& first);
  // FAILED_PRECONDITION if the site has as many tokens as it may have.
  absl::Status CheckRoomForTokens(Project& project, const std::string& site) const;
  // FAILED_PRECONDITION if the dataset is new and its site has too many.
  absl::Status CheckRoomForDataset(Project& project, const v1::UploadManifest& manifest) const;
  // Without paths of the resolver in the failure.
  v1::UploadInfo ForCaller(v1::UploadInfo info) const;

  CallGate& gate_;
  ProjectStore& store_;
  const SiteLimits limits_;
};

}  // namespace blindlink::resolver
