#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/plan/plan.h"
#include "common/tokens/block_chain.h"
#include "resolver/ingest/block_log.h"

namespace blindlink {

// One site's upload of one dataset, from begin until it is in the index: a folder with upload.pb
// and blocks.log. Thread-safe.
class Upload {
 public:
  // Makes the folder; durable when it returns.
  static absl::StatusOr<std::shared_ptr<Upload>> Create(const std::filesystem::path& folder,
                                                        const v1::UploadManifest& manifest,
                                                        const Plan& plan);
  // Opens what an earlier process left. Reads every block once.
  static absl::StatusOr<std::shared_ptr<Upload>> Open(const std::filesystem::path& folder,
                                                      const Plan& plan);

  const v1::UploadManifest& manifest() const { return stored_.manifest(); }
  std::filesystem::path blocks_file() const { return folder_ / "blocks.log"; }

  v1::UploadPosition Position() const;
  // A block that is there already is passed over if its checksum is the same. Errors as
  // UploadBlocks in upload_service.proto.
  absl::Status Append(const v1::TokenBlock& block);
  // What was appended is on disk when it returns.
  absl::Status Sync();
  // Checks that all blocks and as many records and tokens as the agent counted are here, and notes
  // that they are to be taken in. Nothing can be appended afterwards. Errors as CommitUpload.
  absl::Status Commit(const v1::CommitUploadRequest& request);
  bool committing() const;
  // Notes why taking in failed; empty: it is tried again.
  absl::Status SetFailure(const std::string& failure);
  void SetTokensIngested(uint64_t tokens);

  // Bytes of evidence that the plan lets a token carry at most.
  size_t MaxEvidenceWidth() const;

  v1::UploadInfo Info() const;
  // The row for the index.
  storage::v1::CommittedDataset Dataset(uint32_t number) const;
  // Removes the folder. Nothing else may be called afterwards.
  void Remove();

 private:
  Upload(std::filesystem::path folder, const Plan& plan)
      : folder_(std::move(folder)), plan_(plan) {}
  absl::Status OpenLog();
  absl::Status Save();
  void Count(const v1::TokenBlock& block);

  const std::filesystem::path folder_;
  const Plan& plan_;
  mutable std::mutex mutex_;
  storage::v1::StoredUpload stored_;
  std::unique_ptr<BlockLog> log_;
  BlockChain chain_;
  std::vector<uint32_t> checksums_;  // by sequence
  uint64_t records_ = 0;
  uint64_t tokens_ = 0;
  uint64_t tokens_ingested_ = 0;
};

}  // namespace blindlink
