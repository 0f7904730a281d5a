#pragma once

#include "blindlink/v1/upload_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/upload_service.proto over the project store. A site's name is always that of
// its certificate; the name it states in a request must match. Thread-safe.
class UploadService final : public v1::Upload::Service {
 public:
  UploadService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

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
  absl::Status ReceiveBlocks(const Party& caller,
                             grpc::ServerReader<v1::UploadBlockRequest>* reader,
                             v1::UploadPosition* response);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
