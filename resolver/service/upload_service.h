#pragma once

#include <cstddef>
#include <memory>

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
  // `max_datasets_per_site` holds per project.
  UploadService(CallGate& gate, ProjectStore& store, size_t max_datasets_per_site)
      : gate_(gate), store_(store), max_datasets_per_site_(max_datasets_per_site) {}

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
  absl::StatusOr<std::shared_ptr<Upload>> BeginStream(Call& call,
                                                      const v1::UploadBlockRequest& first);
  // FAILED_PRECONDITION if the dataset is new and its site has too many.
  absl::Status CheckRoomForDataset(Project& project, const v1::UploadManifest& manifest) const;
  // Without paths of the resolver in the failure.
  v1::UploadInfo ForCaller(v1::UploadInfo info) const;

  CallGate& gate_;
  ProjectStore& store_;
  const size_t max_datasets_per_site_;
};

}  // namespace blindlink::resolver
