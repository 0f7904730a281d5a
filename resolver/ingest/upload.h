#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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

namespace blindlink::resolver {

// One site's upload of one dataset, from begin until it is in the index: a folder with upload.pb,
// a log that the blocks go to as they come, and the segments that full logs become while others
// come (SealLogs). Thread-safe.
class Upload {
 public:
  struct Options {
    uint64_t log_bytes = kMaxLogBytes;  // a log as large as this is full
    // Called when a log is full. Must not call the upload.
    std::function<void()> when_log_is_full = [] {};
  };
  static constexpr uint64_t kMaxLogBytes = uint64_t{128} << 20;

  // Makes the folder; durable when it returns.
  static absl::StatusOr<std::shared_ptr<Upload>> Create(const std::filesystem::path& folder,
                                                        const v1::UploadManifest& manifest,
                                                        const Plan& plan, Options options);
  // Opens what an earlier process left. Reads the blocks that are not in a segment. From the first
  // damaged segment or block on all is cut off.
  static absl::StatusOr<std::shared_ptr<Upload>> Open(const std::filesystem::path& folder,
                                                      const Plan& plan, Options options);

  const v1::UploadManifest& manifest() const { return stored_.manifest(); }
  const std::filesystem::path& folder() const { return folder_; }
  // What the next block goes to.
  std::filesystem::path log_file() const;

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

  // A log that takes no more blocks. The upload is not removed while one is held.
  struct FullLog {
    std::filesystem::path file;
    std::filesystem::path segment_file;  // to be made from it
    std::unique_lock<std::mutex> hold;
  };
  // The first; null if there is none. The last becomes full by Commit. One caller at a time has it.
  std::unique_ptr<FullLog> TakeFullLog();
  // Its segment is there: removes the log.
  void RemoveSealed(const FullLog& log);
  // In the order of their blocks.
  std::vector<std::filesystem::path> Segments() const;

  // Its number in the index is to be `number` unless it has one; durable when it returns.
  absl::Status KeepDatasetNumber(uint32_t number);
  // 0: none yet.
  uint32_t dataset_number() const;
  // Notes why taking in failed; empty: it is tried again.
  absl::Status SetFailure(const std::string& failure);
  void SetTokensIngested(uint64_t tokens);

  // Bytes of evidence that the plan lets a token carry at most.
  size_t MaxEvidenceWidth() const;

  v1::UploadInfo Info() const;
  // The row for the index.
  storage::v1::CommittedDataset Dataset() const;
  // Removes the folder. Whoever still holds the upload, say a stream of blocks, gets
  // FAILED_PRECONDITION from then on.
  void Remove();

 private:
  Upload(std::filesystem::path folder, const Plan& plan, Options options)
      : folder_(std::move(folder)), plan_(plan), options_(std::move(options)) {}
  std::filesystem::path LogFile(size_t number) const;
  std::filesystem::path SegmentFile(size_t number) const;
  absl::Status OpenSegments();
  absl::Status OpenLogs();
  absl::Status BeginLog();
  absl::Status SyncAll();
  absl::Status Save();
  void Count(const v1::TokenBlock& block);

  const std::filesystem::path folder_;
  const Plan& plan_;
  const Options options_;
  std::mutex sealing_;  // before mutex_
  mutable std::mutex mutex_;
  storage::v1::StoredUpload stored_;
  // Segments have the first numbers, full logs those after them, then comes the log that grows.
  size_t segments_ = 0;
  size_t log_number_ = 0;
  size_t synced_logs_ = 0;         // full ones before this number are on disk
  bool folder_synced_ = false;     // so that a new log is found again
  std::unique_ptr<BlockLog> log_;  // null: the upload is removed
  BlockChain chain_;
  std::vector<uint32_t> checksums_;  // by sequence
  uint64_t records_ = 0;
  uint64_t tokens_ = 0;
  uint64_t tokens_ingested_ = 0;
};

}  // namespace blindlink::resolver
