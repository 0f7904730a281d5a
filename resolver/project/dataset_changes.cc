#include "resolver/project/dataset_changes.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/audit/withdrawal_receipt.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"
#include "common/telemetry/log.h"
#include "resolver/ingest/rewrite_dataset.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kWithdrawalFile[] = "withdrawal.pb";
constexpr char kNamedFile[] = "records";
constexpr char kRemedy[] = "restore it from a backup";

// The pseudonyms in order, each once.
absl::StatusOr<std::string> InOrder(absl::string_view pseudonyms) {
  if (pseudonyms.empty() || pseudonyms.size() % RecordPseudonym::kSize != 0) {
    return absl::InvalidArgumentError("expected pseudonyms of 16 bytes each, at least one");
  }
  std::vector<RecordPseudonym> records;
  for (size_t at = 0; at < pseudonyms.size(); at += RecordPseudonym::kSize) {
    records.push_back(RecordPseudonym::FromBytes(pseudonyms.data() + at));
  }
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  std::string sorted;
  for (const RecordPseudonym& record : records) absl::StrAppend(&sorted, record.AsView());
  return sorted;
}

absl::flat_hash_set<RecordPseudonym> SetOf(absl::string_view pseudonyms) {
  absl::flat_hash_set<RecordPseudonym> records;
  for (size_t at = 0; at + RecordPseudonym::kSize <= pseudonyms.size();
       at += RecordPseudonym::kSize) {
    records.insert(RecordPseudonym::FromBytes(pseudonyms.data() + at));
  }
  return records;
}

std::string RandomText(size_t size) {
  const SecretBytes random = RandomBytes(size);
  return {random.Reveal().begin(), random.Reveal().end()};
}

// `records` are pseudonyms in order.
storage::v1::StoredWithdrawal NewWithdrawal(uint64_t number, const std::string& records) {
  storage::v1::StoredWithdrawal stored;
  stored.set_withdrawal(absl::StrFormat("withdrawal-%06d", number));
  stored.set_records(records.size() / RecordPseudonym::kSize);
  stored.set_salt(RandomText(kWithdrawalSaltBytes));
  Sha256 digest;
  digest.Update(stored.salt());
  digest.Update(records);
  stored.set_digest(std::string(AsView(digest.Finish())));
  return stored;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetChanges>> DatasetChanges::Open(const Parts& parts) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(parts.folder));
  std::unique_ptr<DatasetChanges> changes(new DatasetChanges(parts));
  std::error_code error;
  for (const auto& folder : std::filesystem::directory_iterator(parts.folder, error)) {
    // Without the file it was never acknowledged.
    if (!std::filesystem::exists(folder.path() / kWithdrawalFile)) {
      std::filesystem::remove_all(folder.path(), error);
      continue;
    }
    storage::v1::StoredWithdrawal stored;
    BL_RETURN_IF_ERROR(ReadStored(folder.path() / kWithdrawalFile, kRemedy, &stored));
    changes->withdrawals_[folder.path().filename()] = std::move(stored);
  }
  if (error) return ErrnoStatus(error.value(), "read", parts.folder);
  return changes;
}

void DatasetChanges::ResumeWork() {
  parts_.worker.Enqueue([this] {
    if (const absl::Status removed = RemoveLeftovers(); !removed.ok()) {
      spdlog::error("event=datasets-not-removed project={} why={}", parts_.project,
                    LogQuote(removed.message()));
    }
  });
  const std::lock_guard lock(mutex_);
  for (const auto& [name, stored] : withdrawals_) {
    if (!stored.done()) Enqueue(name);
  }
}

absl::Status DatasetChanges::RemoveLeftovers() {
  BL_ASSIGN_OR_RETURN(const auto datasets, parts_.index.Datasets());
  ProjectNotes::Change change;
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    const bool rewritten = !dataset.earlier_numbers().empty();
    if (parts_.notes.IsHidden(number) && rewritten) change.removed.push_back(number);
  }
  if (!change.removed.empty()) BL_RETURN_IF_ERROR(parts_.notes.Apply(change));
  for (const auto& dataset : datasets) {
    if (!parts_.notes.IsRemoved(dataset.dataset_number())) continue;
    BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(dataset.dataset_number()));
  }
  return absl::OkStatus();
}

absl::StatusOr<ProjectNotes::Change> DatasetChanges::Rewrite(const std::string& site,
                                                             const Records& records,
                                                             uint32_t except, Removed* removed) {
  BL_RETURN_IF_ERROR(RemoveLeftovers());
  BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  const std::atomic<bool>& cancel = parts_.worker.stopping();
  ProjectNotes::Change change;
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    if (dataset.manifest().site() != site || number == except) continue;
    BL_ASSIGN_OR_RETURN(const uint64_t gone, CountRecords(parts_.index, number, records, cancel));
    if (gone == 0) continue;
    removed->records += gone;
    change.removed.push_back(number);
    if (gone == dataset.records()) {
      removed->postings += dataset.postings();
      continue;
    }
    const uint32_t next = parts_.uploads.FreeNumber();
    BL_RETURN_IF_ERROR(parts_.notes.Hide(next));
    BL_ASSIGN_OR_RETURN(const auto reduced,
                        RewriteWithout(dataset, records, next, parts_.index, cancel));
    removed->postings += dataset.postings() - reduced.postings();
    change.shown.push_back(next);
    change.rewritten.emplace_back(number, next);
  }
  return change;
}

absl::Status DatasetChanges::Apply(const ProjectNotes::Change& change) {
  if (change.shown.empty() && change.removed.empty()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(parts_.notes.Apply(change));
  BL_RETURN_IF_ERROR(parts_.uploads.Reload());
  for (const uint32_t number : change.removed) {
    BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(number));
    spdlog::info("event=dataset-removed project={} number={}", parts_.project, number);
  }
  return absl::OkStatus();
}

absl::Status DatasetChanges::Show(const storage::v1::CommittedDataset& dataset) {
  const v1::UploadManifest& manifest = dataset.manifest();
  const uint32_t number = dataset.dataset_number();
  if (!parts_.notes.IsHidden(number)) return RemoveLeftovers();  // shown before an interruption
  ProjectNotes::Change change;
  if (manifest.kind() == v1::CORRECTION) {
    Records corrected;
    BL_ASSIGN_OR_RETURN(const auto records, parts_.index.Records(number));
    while (true) {
      BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> next, records->Next());
      if (next.empty()) break;
      corrected.insert(next.begin(), next.end());
    }
    Removed removed;
    BL_ASSIGN_OR_RETURN(change, Rewrite(manifest.site(), corrected, number, &removed));
  } else {
    BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
    for (const auto& other : datasets) {
      const v1::UploadManifest& of = other.manifest();
      if (of.site() != manifest.site() || of.token_key_id() != manifest.token_key_id()) continue;
      const bool named = manifest.replaces().empty() || of.dataset() == manifest.replaces();
      if (named) change.removed.push_back(other.dataset_number());
    }
  }
  change.shown.push_back(number);
  return Apply(change);
}

absl::StatusOr<v1::WithdrawalInfo> DatasetChanges::Withdraw(absl::string_view site,
                                                            absl::string_view pseudonyms,
                                                            absl::string_view fingerprint,
                                                            int64_t now) {
  BL_ASSIGN_OR_RETURN(const std::string records, InOrder(pseudonyms));
  if (const auto upload = parts_.uploads.OpenUploadOf(site); upload.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the upload of dataset ", *upload,
                     " is not finished and may have these records: wait for it, or discard it, and "
                     "withdraw again"));
  }
  BL_RETURN_IF_ERROR(CheckOneIndex());
  const std::lock_guard lock(mutex_);
  if (closed_) return IndexIsDropped();
  BL_ASSIGN_OR_RETURN(const uint64_t number, parts_.notes.NextWithdrawal());
  storage::v1::StoredWithdrawal stored = NewWithdrawal(number, records);
  stored.set_site(std::string(site));
  stored.set_asked_unix_seconds(now);
  stored.set_fingerprint(std::string(fingerprint));
  const std::filesystem::path folder = FolderOf(stored.withdrawal());
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_RETURN_IF_ERROR(WriteFileAtomically(folder / kNamedFile, records, 0600));
  BL_RETURN_IF_ERROR(WriteStored(folder / kWithdrawalFile, stored));
  withdrawals_[stored.withdrawal()] = stored;
  Enqueue(stored.withdrawal());
  return Describe(stored, /*to_site=*/true);
}

void DatasetChanges::Enqueue(const std::string& withdrawal) {
  parts_.worker.Enqueue([this, withdrawal] { Execute(withdrawal); });
}

void DatasetChanges::Execute(const std::string& withdrawal) {
  storage::v1::StoredWithdrawal stored;
  {
    const std::lock_guard lock(mutex_);
    stored = withdrawals_[withdrawal];
  }
  if (stored.done()) return;
  const absl::Status status = Carry(stored);
  if (status.ok() || absl::IsCancelled(status)) return;
  spdlog::error("event=withdrawal-failed project={} withdrawal={} why={}", parts_.project,
                withdrawal, LogQuote(status.message()));
  const std::lock_guard lock(mutex_);
  withdrawals_[withdrawal].set_failure(std::string(status.message()));
}

// While the index key is replaced, there are two indexes, and the other one may still have them.
absl::Status DatasetChanges::CheckOneIndex() const {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  if (!key.rotating() && !key.retiring()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the index key is being replaced: wait for its end (project keys), and withdraw again");
}

absl::Status DatasetChanges::Carry(storage::v1::StoredWithdrawal withdrawal) {
  BL_RETURN_IF_ERROR(CheckOneIndex());
  const std::filesystem::path file = FolderOf(withdrawal.withdrawal()) / kNamedFile;
  const absl::StatusOr<std::string> pseudonyms = ReadFile(file);
  // Removed once everything else is done: what came after was interrupted.
  if (absl::IsNotFound(pseudonyms.status())) return NoteDone(std::move(withdrawal));
  BL_RETURN_IF_ERROR(pseudonyms.status());
  const Records records = SetOf(*pseudonyms);
  Removed removed;
  BL_ASSIGN_OR_RETURN(const ProjectNotes::Change change,
                      Rewrite(withdrawal.site(), records, /*except=*/0, &removed));
  // After an interruption they may be gone already, and counted.
  if (removed.records > 0) {
    withdrawal.set_records_removed(removed.records);
    withdrawal.set_postings_removed(removed.postings);
    BL_RETURN_IF_ERROR(Save(withdrawal));
  }
  BL_RETURN_IF_ERROR(Apply(change));
  BL_ASSIGN_OR_RETURN(const uint64_t results, parts_.runs.Forget(withdrawal.site(), records));
  withdrawal.set_results_changed(std::max(withdrawal.results_changed(), results));
  BL_RETURN_IF_ERROR(Save(withdrawal));
  std::error_code error;
  std::filesystem::remove(file, error);
  if (error) return ErrnoStatus(error.value(), "remove", file);
  return NoteDone(std::move(withdrawal));
}

absl::Status DatasetChanges::NoteDone(storage::v1::StoredWithdrawal withdrawal) {
  BL_RETURN_IF_ERROR(SyncFolder(FolderOf(withdrawal.withdrawal())));
  withdrawal.set_done(true);
  withdrawal.clear_failure();
  spdlog::info("event=records-withdrawn project={} withdrawal={} records={}", parts_.project,
               withdrawal.withdrawal(), withdrawal.records_removed());
  return Save(std::move(withdrawal));
}

absl::Status DatasetChanges::Save(storage::v1::StoredWithdrawal changed) {
  BL_RETURN_IF_ERROR(WriteStored(FolderOf(changed.withdrawal()) / kWithdrawalFile, changed));
  const std::lock_guard lock(mutex_);
  withdrawals_[changed.withdrawal()] = std::move(changed);
  return absl::OkStatus();
}

absl::StatusOr<storage::v1::StoredWithdrawal> DatasetChanges::Get(
    absl::string_view site, absl::string_view withdrawal) const {
  const std::lock_guard lock(mutex_);
  const auto found = withdrawals_.find(withdrawal);
  if (found != withdrawals_.end() && (site.empty() || found->second.site() == site)) {
    return found->second;
  }
  return absl::NotFoundError(absl::StrCat("there is no withdrawal ", withdrawal));
}

std::vector<storage::v1::StoredWithdrawal> DatasetChanges::List(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  std::vector<storage::v1::StoredWithdrawal> list;
  for (const auto& [name, stored] : withdrawals_) {
    if (site.empty() || stored.site() == site) list.push_back(stored);
  }
  return list;
}

void DatasetChanges::Retry(absl::string_view withdrawal) {
  const std::lock_guard lock(mutex_);
  const auto found = withdrawals_.find(withdrawal);
  if (found == withdrawals_.end() || found->second.failure().empty()) return;
  found->second.clear_failure();
  Enqueue(found->first);
}

absl::Status DatasetChanges::NoteEntry(absl::string_view withdrawal, uint64_t entry) {
  BL_ASSIGN_OR_RETURN(storage::v1::StoredWithdrawal stored, Get("", withdrawal));
  stored.set_recorded(true);
  stored.set_audit_entry(entry);
  return Save(std::move(stored));
}

v1::WithdrawalInfo DatasetChanges::Describe(const storage::v1::StoredWithdrawal& stored,
                                            bool to_site) const {
  v1::WithdrawalInfo info;
  info.set_project(parts_.project);
  info.set_withdrawal(stored.withdrawal());
  info.set_site(stored.site());
  info.set_asked_unix_seconds(stored.asked_unix_seconds());
  info.set_records(stored.records());
  info.set_records_removed(stored.records_removed());
  info.set_tokens_removed(stored.postings_removed());
  info.set_results_changed(stored.results_changed());
  info.set_done(stored.done() && stored.recorded());
  info.set_failure(stored.failure());
  if (!info.done()) return info;
  info.set_audit_entry(stored.audit_entry());
  if (to_site) info.set_salt(stored.salt());
  return info;
}

absl::Status DatasetChanges::Close() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, stored] : withdrawals_) {
    if (stored.done()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(name, " of site ", stored.site(), " is not done: wait for it"));
  }
  closed_ = true;
  return absl::OkStatus();
}

void DatasetChanges::Reopen() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
}

}  // namespace blindlink::resolver
