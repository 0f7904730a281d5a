#include "agent/upload/upload_stream.h"

#include <chrono>
#include <utility>

#include "common/rpc/status.h"

namespace blindlink::agent {
namespace {

// A stream carries tens of MiB and waits for an fsync; one that takes longer than this hangs.
constexpr std::chrono::minutes kStreamDeadline{30};

}  // namespace

UploadStream::UploadStream(v1::Upload::StubInterface& stub, const v1::UploadManifest& manifest) {
  context_.set_deadline(std::chrono::system_clock::now() + kStreamDeadline);
  // The first message names the upload.
  request_.set_project(manifest.project());
  request_.set_dataset(manifest.dataset());
  writer_ = stub.UploadBlocks(&context_, &position_);
}

UploadStream::~UploadStream() {
  if (writer_ == nullptr) return;
  context_.TryCancel();
  (void)writer_->Finish();
}

bool UploadStream::Write(v1::TokenBlock& block) {
  request_.unsafe_arena_set_allocated_block(&block);  // borrowed
  const bool written = writer_->Write(request_);
  (void)request_.unsafe_arena_release_block();
  request_.clear_project();
  request_.clear_dataset();
  return written;
}

absl::StatusOr<v1::UploadPosition> UploadStream::Finish() {
  writer_->WritesDone();
  absl::Status status = FromGrpc(std::exchange(writer_, nullptr)->Finish());
  if (!status.ok()) return status;
  return position_;
}

}  // namespace blindlink::agent
