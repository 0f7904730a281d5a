#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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

// One site's upload of one dataset, from its beginning until it is in the index. It is a folder
// with upload.pb, a log to which arriving blocks are appended, and the segments that replace full
// logs while more blocks arrive (SealLogs). Thread-safe.
class Upload {
 public:
  struct Options {
    uint64_t log_bytes = kMaxLogBytes;  // a log of this size is full
    // Called when a log is full. Must not call functions of the upload.
    std::function<void()> when_log_is_full = [] {};
  };
  static constexpr uint64_t kMaxLogBytes = uint64_t{128} << 20;

  // Creates the folder. Durable when it returns.
  static absl::StatusOr<std::shared_ptr<Upload>> Create(const std::filesystem::path& folder,
                                                        const v1::UploadManifest& manifest,
                                                        const Plan& plan, Options options);
  // Opens an upload that an earlier process left. Reads the blocks that are not in a segment. Cuts
  // everything off from the first damaged segment or block on.
  static absl::StatusOr<std::shared_ptr<Upload>> Open(const std::filesystem::path& folder,
                                                      const Plan& plan, Options options);

  const v1::UploadManifest& manifest() const { return manifest_; }
  const std::filesystem::path& folder() const { return folder_; }
  // The log that receives the next block.
  std::filesystem::path log_file() const;

  v1::UploadPosition Position() const;
  // Ignores a block that is already stored with the same checksum. Errors as UploadBlocks in
  // upload_service.proto.
  absl::Status Append(const v1::TokenBlock& block);
  // When this returns, all appended blocks are on disk.
  absl::Status Sync();
  // What is kept of a commit beside its counts.
  struct CommitNote {
    int64_t unix_seconds = 0;
    v1::DatasetDrift drift;
    uint64_t number = 0;  // counts up over the project
  };
  // Checks that all blocks are present and hold as many records and tokens as the agent counted,
  // and marks the upload for ingest. Nothing can be appended afterwards. Without a note, that of an
  // earlier commit stays. Errors as CommitUpload.
  absl::Status Commit(const v1::CommitUploadRequest& request,
                      const std::optional<CommitNote>& note = std::nullopt);
  bool committing() const;
  // CommitNote.number; 0: not committed, or under an earlier release.
  uint64_t commit_number() const;

  // A log that receives no more blocks. The upload is not removed while one is held.
  struct FullLog {
    std::filesystem::path file;
    std::filesystem::path segment_file;  // the segment to make from it
    std::unique_lock<std::mutex> hold;
  };
  // Returns the first full log, or null if there is none. After Commit the last log counts as full.
  // Waits while another caller holds one.
  std::unique_ptr<FullLog> TakeFullLog();
  // Call when the log's segment exists. Removes the log.
  void RemoveSealed(const FullLog& log);
  // The segments' files, in the order of their blocks.
  std::vector<std::filesystem::path> Segments() const;

  // Sets the dataset's number in the index, unless it already has one. Durable when it returns.
  absl::Status KeepDatasetNumber(uint32_t number);
  // 0 if it has none yet.
  uint32_t dataset_number() const;
  // Notes why the ingest failed; an empty text means that it will be tried again. After an error
  // the note holds until the resolver stops, and the next start tries the ingest again.
  absl::Status SetFailure(const std::string& failure);
  void SetTokensIngested(uint64_t tokens);

  // The most bytes of evidence that a token can have under the plan.
  size_t MaxEvidenceWidth() const;

  // What the resolver found in the tokens. Durable when it returns.
  absl::Status KeepAudit(const v1::ResolverAudit& audit);
  // Whether KeepAudit was called, by this process or an earlier one.
  bool audited() const;
  // FAILED_PRECONDITION, with what to do, if the audit that is kept exceeds a threshold of the plan
  // and the commit has no reason of the site's to send the tokens nevertheless.
  absl::Status CheckAudit() const;

  const Plan& plan() const { return plan_; }

  // Of the project's plan: a token that more records share is not used.
  uint32_t MaxRecordsPerToken() const { return plan_.proto().limits().max_records_per_token(); }

  v1::UploadInfo Info() const;
  // The dataset's row for the index.
  storage::v1::CommittedDataset Dataset() const;
  // Removes the folder. After that, Append, Sync and Commit return FAILED_PRECONDITION to a caller
  // that still holds the upload, such as a stream of blocks.
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
  // Makes it durable, then takes it over: after an error nothing has changed.
  absl::Status Save(storage::v1::StoredUpload changed);
  void Count(const v1::TokenBlock& block);
  bool IsRefused() const;  // as CheckAudit, with the lock held

  const std::filesystem::path folder_;
  const Plan& plan_;
  const Options options_;
  v1::UploadManifest manifest_;  // never changes, while stored_ is replaced as a whole
  std::mutex sealing_;           // lock before mutex_
  mutable std::mutex mutex_;
  storage::v1::StoredUpload stored_;
  // Segments have the lowest numbers, then come the full logs, then the log that is growing.
  size_t segments_ = 0;
  size_t log_number_ = 0;
  size_t synced_logs_ = 0;         // full logs below this number are on disk
  bool folder_synced_ = false;     // whether the entries of all logs in the folder are on disk
  std::unique_ptr<BlockLog> log_;  // null: the upload is removed
  BlockChain chain_;
  std::vector<uint32_t> checksums_;  // by sequence
  uint64_t records_ = 0;
  uint64_t tokens_ = 0;
  uint64_t tokens_ingested_ = 0;
};

}  // namespace blindlink::resolver
