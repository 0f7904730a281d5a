#pragma once

#include <memory>
#include <string>
#include <vector>

#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/tokens/block_chain.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace blindlink::agent {

// The part of a resolver that an agent's upload uses, in this process; can fail on request.
class FakeResolver : public v1::Upload::Service {
 public:
  FakeResolver() {
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    stub_ = v1::Upload::NewStub(server_->InProcessChannel({}));
  }

  v1::Upload::StubInterface& stub() { return *stub_; }

  grpc::Status BeginUpload(grpc::ServerContext*, const v1::BeginUploadRequest* request,
                           v1::UploadPosition* position) override {
    ++begins;
    if (committed) return {grpc::StatusCode::ALREADY_EXISTS, "committed"};
    if (unavailable_begins > 0 && begins > 1) {
      --unavailable_begins;
      return {grpc::StatusCode::UNAVAILABLE, "restarting"};
    }
    manifest = request->manifest();
    FillPosition(position);
    return grpc::Status::OK;
  }

  grpc::Status UploadBlocks(grpc::ServerContext*,
                            grpc::ServerReader<v1::UploadBlockRequest>* reader,
                            v1::UploadPosition* position) override {
    ++streams;
    v1::UploadBlockRequest request;
    for (bool first = true; reader->Read(&request); first = false) {
      if (first != !request.project().empty()) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "the first message names the upload"};
      }
      if (received++ == break_after) return {break_code, "broken off"};
      if (request.block().sequence() != chain.next_sequence()) {
        return {grpc::StatusCode::ABORTED, "out of sequence"};
      }
      chain.Add(request.block().crc32());
    }
    FillPosition(position);
    return grpc::Status::OK;
  }

  grpc::Status CommitUpload(grpc::ServerContext*, const v1::CommitUploadRequest* request,
                            v1::UploadInfo* info) override {
    if (request->block_count() != chain.next_sequence() || request->chain() != chain.value()) {
      return {grpc::StatusCode::ABORTED, "not all blocks"};
    }
    committed = true;
    info->set_state(v1::INGESTING);
    return grpc::Status::OK;
  }

  grpc::Status GetUpload(grpc::ServerContext*, const v1::GetUploadRequest*,
                         v1::UploadInfo* info) override {
    info->set_records(42);
    info->set_failure("no room");
    info->set_state(polls++ < 2 ? v1::INGESTING : final_state);
    return grpc::Status::OK;
  }

  // What it has received. Read only between calls.
  BlockChain chain;
  v1::UploadManifest manifest;
  bool committed = false;
  int begins = 0;
  int streams = 0;
  int polls = 0;
  int received = 0;
  // How it fails.
  int break_after = -1;  // after this many messages over all streams
  grpc::StatusCode break_code = grpc::StatusCode::UNAVAILABLE;
  int unavailable_begins = 0;
  v1::UploadState final_state = v1::COMMITTED;

 private:
  void FillPosition(v1::UploadPosition* position) const {
    position->set_next_sequence(chain.next_sequence());
    position->set_chain(chain.value());
  }

  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Upload::StubInterface> stub_;
};

}  // namespace blindlink::agent
