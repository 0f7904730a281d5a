#include "resolver/ingest/upload.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/score/chance_rates.h"
#include "common/tokens/token_block.h"
#include "resolver/ingest/segment.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kUploadFile[] = "upload.pb";
constexpr size_t kLongestReason = 500;  // bytes

absl::Status IsRemoved() {
  return absl::FailedPreconditionError(
      "the upload has been discarded or is already in the index; nothing can be added to it");
}

}  // namespace

absl::StatusOr<std::shared_ptr<Upload>> Upload::Create(const std::filesystem::path& folder,
                                                       const v1::UploadManifest& manifest,
                                                       const Plan& plan, Options options) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  std::shared_ptr<Upload> upload(new Upload(folder, plan, std::move(options)));
  BL_RETURN_IF_ERROR(upload->OpenLogs());
  storage::v1::StoredUpload stored;
  *stored.mutable_manifest() = manifest;
  BL_RETURN_IF_ERROR(upload->Save(std::move(stored)));
  upload->manifest_ = manifest;
  return upload;
}

absl::StatusOr<std::shared_ptr<Upload>> Upload::Open(const std::filesystem::path& folder,
                                                     const Plan& plan, Options options) {
  std::shared_ptr<Upload> upload(new Upload(folder, plan, std::move(options)));
  BL_RETURN_IF_ERROR(ReadStored(folder / kUploadFile,
                                "restore it from a backup, or remove the folder and have the site "
                                "send the upload again",
                                &upload->stored_));
  upload->manifest_ = upload->stored_.manifest();
  BL_RETURN_IF_ERROR(upload->OpenSegments());
  BL_RETURN_IF_ERROR(upload->OpenLogs());
  return upload;
}

std::filesystem::path Upload::LogFile(size_t number) const {
  return folder_ / absl::StrFormat("blocks-%06d.log", number);
}

std::filesystem::path Upload::SegmentFile(size_t number) const {
  return folder_ / absl::StrFormat("segment-%06d", number);
}

std::filesystem::path Upload::log_file() const {
  const std::lock_guard lock(mutex_);
  return LogFile(log_number_);
}

absl::Status Upload::OpenSegments() {
  std::error_code ignored;
  for (; std::filesystem::exists(SegmentFile(segments_)); ++segments_) {
    const auto segment = Segment::Open(SegmentFile(segments_));
    if (absl::IsDataLoss(segment.status())) break;
    BL_RETURN_IF_ERROR(segment.status());
    for (const uint32_t crc32 : (*segment)->about().block_crc32()) {
      chain_.Add(crc32);
      checksums_.push_back(crc32);
    }
    records_ += (*segment)->about().records();
    tokens_ += (*segment)->Postings();
    // The log still exists if the resolver was killed just after it had written the segment.
    std::filesystem::remove(LogFile(segments_), ignored);
  }
  for (size_t lost = segments_; std::filesystem::remove(SegmentFile(lost), ignored); ++lost) {
  }
  return absl::OkStatus();
}

absl::Status Upload::OpenLogs() {
  log_number_ = synced_logs_ = segments_;
  const auto count = [this](const v1::TokenBlock& block) {
    if (block.sequence() != checksums_.size())
      return absl::AbortedError("blocks before it are missing");
    Count(block);
    return absl::OkStatus();
  };
  while (true) {
    // If an earlier log lost blocks, the blocks of later logs are useless and are cut off.
    BL_ASSIGN_OR_RETURN(log_, BlockLog::Open(LogFile(log_number_), count));
    if (!std::filesystem::exists(LogFile(log_number_ + 1))) return absl::OkStatus();
    ++log_number_;
  }
}

absl::Status Upload::BeginLog() {
  BL_ASSIGN_OR_RETURN(log_, BlockLog::Open(LogFile(log_number_ + 1),
                                           [](const v1::TokenBlock&) { return absl::OkStatus(); }));
  ++log_number_;
  folder_synced_ = false;
  options_.when_log_is_full();
  return absl::OkStatus();
}

absl::Status Upload::Save(storage::v1::StoredUpload changed) {
  BL_RETURN_IF_ERROR(WriteStored(folder_ / kUploadFile, changed));
  stored_ = std::move(changed);
  return absl::OkStatus();
}

void Upload::Count(const v1::TokenBlock& block) {
  chain_.Add(block.crc32());
  checksums_.push_back(block.crc32());
  records_ += RecordCountOf(block);
  for (const v1::TokenColumn& column : block.columns()) {
    tokens_ += static_cast<uint64_t>(column.records_size());
  }
}

v1::UploadPosition Upload::Position() const {
  const std::lock_guard lock(mutex_);
  v1::UploadPosition position;
  position.set_next_sequence(chain_.next_sequence());
  position.set_chain(chain_.value());
  return position;
}

absl::Status Upload::Append(const v1::TokenBlock& block) {
  BL_RETURN_IF_ERROR(CheckBlock(block, plan_));
  const std::lock_guard lock(mutex_);
  if (log_ == nullptr) return IsRemoved();
  if (block.sequence() < checksums_.size()) {
    if (checksums_[block.sequence()] == block.crc32()) return absl::OkStatus();
    return absl::AbortedError(
        absl::StrCat("block ", block.sequence(),
                     " differs from the stored one: the input, the plan or the "
                     "token key has changed since"));
  }
  if (stored_.committing()) {
    return absl::FailedPreconditionError("the upload is committed; nothing can be added to it");
  }
  if (block.sequence() != checksums_.size()) {
    return absl::AbortedError(absl::StrCat("block ", block.sequence(),
                                           " is out of sequence: block ", checksums_.size(),
                                           " is expected"));
  }
  if (block.first_record() != records_) {
    return absl::InvalidArgumentError(absl::StrCat("block ", block.sequence(), " begins at record ",
                                                   block.first_record(), ", but record ", records_,
                                                   " is expected"));
  }
  if (records_ + RecordCountOf(block) > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError("a dataset holds at most 4 294 967 295 records: split it");
  }
  if (log_->size() >= options_.log_bytes) BL_RETURN_IF_ERROR(BeginLog());
  BL_RETURN_IF_ERROR(log_->Append(block));
  Count(block);
  return absl::OkStatus();
}

absl::Status Upload::Sync() {
  const std::lock_guard lock(mutex_);
  return SyncAll();
}

absl::Status Upload::SyncAll() {
  if (log_ == nullptr) return IsRemoved();
  for (synced_logs_ = std::max(synced_logs_, segments_); synced_logs_ < log_number_;
       ++synced_logs_) {
    BL_RETURN_IF_ERROR(SyncFile(LogFile(synced_logs_)));
  }
  if (!folder_synced_) BL_RETURN_IF_ERROR(SyncFolder(folder_));
  folder_synced_ = true;
  return log_->Sync();
}

absl::Status Upload::Commit(const v1::CommitUploadRequest& request,
                            const std::optional<CommitNote>& note) {
  const std::lock_guard lock(mutex_);
  if (log_ == nullptr) return IsRemoved();
  if (request.block_count() != chain_.next_sequence() || request.chain() != chain_.value()) {
    return absl::AbortedError(
        absl::StrCat("the resolver has ", chain_.next_sequence(),
                     " blocks, which differ from those sent: call BeginUpload for the position"));
  }
  if (request.counts().records() != records_ || request.counts().tokens() != tokens_) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the agent counted ", request.counts().records(), " records and ",
        request.counts().tokens(), " tokens, but the blocks hold ", records_, " and ", tokens_));
  }
  if (records_ == 0) return absl::InvalidArgumentError("an upload needs at least one record");
  BL_RETURN_IF_ERROR(CheckChance(request.counts()));
  if (request.counts().audit().sent_despite().size() > kLongestReason) {
    return absl::InvalidArgumentError("the reason to send despite the audit is over 500 bytes");
  }
  BL_RETURN_IF_ERROR(SyncAll());
  storage::v1::StoredUpload changed = stored_;
  *changed.mutable_counts() = request.counts();
  changed.set_committing(true);
  changed.clear_failure();
  if (note.has_value()) {
    *changed.mutable_drift() = note->drift;
    changed.set_commit_unix_seconds(note->unix_seconds);
    changed.set_commit_number(note->number);
  }
  return Save(std::move(changed));
}

bool Upload::committing() const {
  const std::lock_guard lock(mutex_);
  return stored_.committing();
}

uint64_t Upload::commit_number() const {
  const std::lock_guard lock(mutex_);
  return stored_.commit_number();
}

std::unique_ptr<Upload::FullLog> Upload::TakeFullLog() {
  auto log = std::make_unique<FullLog>();
  log->hold = std::unique_lock(sealing_);
  const std::lock_guard lock(mutex_);
  if (log_ == nullptr || segments_ > log_number_) return nullptr;
  if (segments_ == log_number_ && (!stored_.committing() || log_->size() == 0)) return nullptr;
  log->file = LogFile(segments_);
  log->segment_file = SegmentFile(segments_);
  return log;
}

void Upload::RemoveSealed(const FullLog& log) {
  const std::lock_guard lock(mutex_);
  ++segments_;
  std::error_code ignored;
  std::filesystem::remove(log.file, ignored);
}

std::vector<std::filesystem::path> Upload::Segments() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::filesystem::path> files;
  for (size_t number = 0; number < segments_; ++number) files.push_back(SegmentFile(number));
  return files;
}

absl::Status Upload::KeepDatasetNumber(uint32_t number) {
  const std::lock_guard lock(mutex_);
  if (stored_.dataset_number() != 0) return absl::OkStatus();
  storage::v1::StoredUpload changed = stored_;
  changed.set_dataset_number(number);
  return Save(std::move(changed));
}

uint32_t Upload::dataset_number() const {
  const std::lock_guard lock(mutex_);
  return stored_.dataset_number();
}

absl::Status Upload::SetFailure(const std::string& failure) {
  const std::lock_guard lock(mutex_);
  tokens_ingested_ = 0;
  stored_.set_failure(failure);
  return WriteStored(folder_ / kUploadFile, stored_);
}

absl::Status Upload::KeepAudit(const v1::ResolverAudit& audit) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredUpload changed = stored_;
  *changed.mutable_audit() = audit;
  return Save(std::move(changed));
}

bool Upload::audited() const {
  const std::lock_guard lock(mutex_);
  return stored_.has_audit();
}

bool Upload::IsRefused() const {
  return !stored_.audit().exceeded().empty() && stored_.counts().audit().sent_despite().empty();
}

absl::Status Upload::CheckAudit() const {
  const std::lock_guard lock(mutex_);
  if (!IsRefused()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the tokens show more than the plan allows: ",
      absl::StrJoin(stored_.audit().exceeded(), "; "),
      ". Send them again with --send-despite-audit and a reason, which is recorded, or discard the "
      "upload and use a plan whose tokens do not chain"));
}

void Upload::SetTokensIngested(uint64_t tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ingested_ = tokens;
}

size_t Upload::MaxEvidenceWidth() const {
  size_t width = 0;
  for (size_t i = 0; i < plan_.match_keys().size(); ++i) {
    width = std::max(width, plan_.evidence().WidthOf(i));
  }
  return width;
}

v1::UploadInfo Upload::Info() const {
  const std::lock_guard lock(mutex_);
  v1::UploadInfo info;
  *info.mutable_manifest() = stored_.manifest();
  info.set_state(!stored_.failure().empty() ? v1::INGEST_FAILED
                 : stored_.committing()     ? v1::INGESTING
                                            : v1::RECEIVING);
  info.set_blocks(checksums_.size());
  info.set_records(records_);
  info.set_tokens(tokens_);
  *info.mutable_counts() = stored_.counts();
  info.set_failure(stored_.failure());
  info.set_tokens_ingested(tokens_ingested_);
  if (stored_.has_audit()) *info.mutable_audit() = stored_.audit();
  if (stored_.has_drift()) *info.mutable_drift() = stored_.drift();
  info.set_commit_unix_seconds(stored_.commit_unix_seconds());
  if (info.state() == v1::INGEST_FAILED && IsRefused()) info.mutable_audit()->set_refused(true);
  return info;
}

storage::v1::CommittedDataset Upload::Dataset() const {
  const std::lock_guard lock(mutex_);
  storage::v1::CommittedDataset dataset;
  dataset.set_dataset_number(stored_.dataset_number());
  *dataset.mutable_manifest() = stored_.manifest();
  *dataset.mutable_counts() = stored_.counts();
  dataset.set_records(records_);
  dataset.set_postings(tokens_);
  dataset.set_blocks(checksums_.size());
  if (stored_.has_audit()) *dataset.mutable_audit() = stored_.audit();
  if (stored_.has_drift()) *dataset.mutable_drift() = stored_.drift();
  dataset.set_commit_unix_seconds(stored_.commit_unix_seconds());
  dataset.set_records_at_commit(records_);
  return dataset;
}

void Upload::Remove() {
  const std::lock_guard sealing(sealing_);
  const std::lock_guard lock(mutex_);
  log_.reset();
  std::error_code ignored;
  // upload.pb goes first: a folder without it is not an upload.
  std::filesystem::remove(folder_ / kUploadFile, ignored);
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace blindlink::resolver
