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
  // The stream is closed and acknowledged whenever so many bytes are out; they are kept in memory
  // until then.
  size_t bytes_between_acknowledgements = size_t{32} << 20;
};

// Sends an upload's blocks to the resolver and sees it through: begin, blocks, commit. An upload
// that was interrupted goes on where the resolver has it: earlier blocks are not sent again, but
// must be the same. When the resolver is UNAVAILABLE it is tried again, with growing waits.
//
// Errors are the resolver's (upload_service.proto), and
//   FAILED_PRECONDITION  the blocks are not those the upload was begun with
//   ALREADY_EXISTS       the dataset is committed
//   UNAVAILABLE          after all attempts; running the same command again continues
// Not thread-safe.
class Uploader : public BlockSink {
 public:
  // `stub` must outlive the uploader.
  static absl::StatusOr<std::unique_ptr<Uploader>> Begin(v1::Upload::StubInterface& stub,
                                                         const v1::UploadManifest& manifest,
                                                         UploaderOptions options);
  ~Uploader() override;

  // Blocks that the resolver has from an earlier attempt.
  uint64_t resumed_at() const { return resume_at_.next_sequence(); }

  absl::Status Write(v1::TokenBlock block) override;
  // Sends what is left and commits. The resolver then ingests in the background.
  absl::StatusOr<v1::UploadInfo> Commit(const v1::UploadCounts& counts);
  // Asks until the dataset is COMMITTED. DATA_LOSS with the resolver's words on INGEST_FAILED.
  absl::StatusOr<v1::UploadInfo> WaitUntilCommitted(
      const std::function<void(const v1::UploadInfo&)>& progress);

 private:
  Uploader(v1::Upload::StubInterface& stub, v1::UploadManifest manifest, UploaderOptions options,
           const v1::UploadPosition& position);

  // A block the resolver has: adds it to the chain, which at the position must be the resolver's.
  absl::Status CheckAgainstEarlierUpload(const v1::TokenBlock& block);
  // Sends the last block kept; when the connection breaks, all that are kept.
  absl::Status Send();
  absl::Status SendAgain(absl::Status why);
  // Closes the stream; after that the resolver has acknowledged everything.
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
