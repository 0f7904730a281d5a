#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "agent/upload/unacknowledged_blocks.h"
#include "agent/upload/upload_stream.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/rpc/backoff.h"
#include "common/tokens/block_chain.h"

namespace blindlink::agent {

struct UploaderOptions {
  BackoffOptions backoff;
  // After so many bytes the stream is closed, so that the resolver acknowledges them. Until then
  // they are kept in memory.
  size_t bytes_between_acknowledgements = size_t{32} << 20;
};

// Carries out an upload: begins it, sends its blocks, commits. An interrupted upload continues
// where the resolver's copy ends: earlier blocks are not sent again, but must be the same. While
// the resolver is UNAVAILABLE, calls are repeated with growing waits.
//
// Errors are the resolver's (upload_service.proto), and
//   FAILED_PRECONDITION  the blocks are not those with which the upload began
//   ALREADY_EXISTS       the dataset is committed
//   UNAVAILABLE          after all attempts; run the same command again to continue
// Not thread-safe.
class Uploader : public BlockSink {
 public:
  // `stub` must outlive the uploader.
  static absl::StatusOr<std::unique_ptr<Uploader>> Begin(v1::Upload::StubInterface& stub,
                                                         const v1::UploadManifest& manifest,
                                                         UploaderOptions options);
  ~Uploader() override;

  // The number of blocks that the resolver has from an earlier attempt.
  uint64_t resumed_at() const { return resume_at_.next_sequence(); }

  absl::Status Write(v1::TokenBlock block) override;
  // Sends the remaining blocks and commits. The resolver then ingests in the background.
  absl::StatusOr<v1::UploadInfo> Commit(const v1::UploadCounts& counts);
  // Waits until the dataset is COMMITTED. With the resolver's reason, on
  // INGEST_FAILED: FAILED_PRECONDITION if its audit refused the tokens, otherwise DATA_LOSS.
  absl::StatusOr<v1::UploadInfo> WaitUntilCommitted(
      const std::function<void(const v1::UploadInfo&)>& progress);

 private:
  Uploader(v1::Upload::StubInterface& stub, v1::UploadManifest manifest, UploaderOptions options,
           const v1::UploadPosition& position);

  // For a block that the resolver has: adds it to the chain, which must be the resolver's at its
  // position.
  absl::Status CheckAgainstEarlierUpload(const v1::TokenBlock& block);
  // Sends the newest block; when the connection breaks, all blocks that are kept.
  absl::Status Send();
  absl::Status SendAgain(absl::Status why);
  // Closes the stream; the resolver has then acknowledged everything.
  absl::Status Flush();
  absl::Status CloseStream();

  v1::Upload::StubInterface& stub_;
  const v1::UploadManifest manifest_;
  const UploaderOptions options_;
  const v1::UploadPosition resume_at_;
  BlockChain chain_;  // over all blocks written
  UnacknowledgedBlocks kept_;
  Backoff backoff_;
  std::unique_ptr<UploadStream> stream_;
};

}  // namespace blindlink::agent
