#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "grpcpp/client_context.h"

namespace blindlink::agent {

// One UploadBlocks call: sends blocks and, at the end, receives what the resolver has stored
// durably. Cancelled on destruction without Finish. Not thread-safe.
class UploadStream {
 public:
  UploadStream(v1::Upload::StubInterface& stub, const v1::UploadManifest& manifest);
  ~UploadStream();
  UploadStream(const UploadStream&) = delete;
  UploadStream& operator=(const UploadStream&) = delete;

  // False: the stream is broken; Finish says why. `block` is unchanged on return.
  bool Write(v1::TokenBlock& block);
  // Errors as common/rpc/status.h. No other call may follow.
  absl::StatusOr<v1::UploadPosition> Finish();

 private:
  grpc::ClientContext context_;
  v1::UploadPosition position_;
  v1::UploadBlockRequest request_;
  std::unique_ptr<grpc::ClientWriterInterface<v1::UploadBlockRequest>> writer_;
};

}  // namespace blindlink::agent
