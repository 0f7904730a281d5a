#include <algorithm>
#include <ctime>
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
#include "resolver/index/tokens_in_index.h"
#include "resolver/project/dataset_changes.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/storage/stored_message.h"

// Records that sites withdraw: what DatasetChanges does from their acceptance on.

namespace blindlink::resolver {
namespace {

constexpr char kNamedFile[] = "records";

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
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const std::optional<std::string> undone, FindUndone(site, records));
  if (undone.has_value()) {
    Retry(*undone);
    return Describe(withdrawals_[*undone], /*to_site=*/true);
  }
  BL_RETURN_IF_ERROR(CheckOneIndex());
  if (closed_) {
    return absl::FailedPreconditionError(
        "the index of this project is being dropped: withdraw again in a minute");
  }
  BL_ASSIGN_OR_RETURN(const uint64_t number, parts_.notes.NextWithdrawal());
  storage::v1::StoredWithdrawal stored = NewWithdrawal(number, records);
  stored.set_newest_dataset(parts_.uploads.FreeNumber() - 1);
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

absl::StatusOr<std::optional<std::string>> DatasetChanges::FindUndone(
    absl::string_view site, const std::string& records) const {
  for (const auto& [name, stored] : withdrawals_) {
    if (stored.done() || stored.site() != site) continue;
    const auto named = ReadFile(FolderOf(name) / kNamedFile);
    if (!named.ok() || *named != records) continue;
    BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
    const uint32_t newest = stored.newest_dataset();
    const bool came_later = std::any_of(datasets.begin(), datasets.end(), [&](const auto& one) {
      return one.manifest().site() == site && CameAfter(newest, one);
    });
    if (!came_later) return name;
  }
  return std::nullopt;
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
  const bool waits_for_index = !CheckOneIndex().ok();
  const std::lock_guard lock(mutex_);
  if (!waits_for_index) failing_.insert(withdrawal);
  withdrawals_[withdrawal].set_failure(std::string(status.message()));
  next_attempts_[withdrawal] = waits_for_index ? 0 : time(nullptr) + kBetweenAttempts;
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
  if (has_index_) BL_RETURN_IF_ERROR(LeaveIndex(records, &withdrawal));
  BL_RETURN_IF_ERROR(Forget(records, &withdrawal));
  BL_RETURN_IF_ERROR(Save(withdrawal));
  std::error_code error;
  std::filesystem::remove(file, error);
  if (error) return ErrnoStatus(error.value(), "remove", file);
  return NoteDone(std::move(withdrawal));
}

absl::Status DatasetChanges::LeaveIndex(const Records& records,
                                        storage::v1::StoredWithdrawal* withdrawal) {
  const Cut cut{withdrawal->site(), records, withdrawal->newest_dataset()};
  BL_ASSIGN_OR_RETURN(const std::vector<Loss> losses, Find(cut));
  Removed removed;
  BL_ASSIGN_OR_RETURN(const ProjectNotes::Change change, Rewrite(cut, losses, &removed));
  // After an interruption they may be gone already, and counted.
  if (removed.records > 0) {
    withdrawal->set_records_removed(removed.records);
    withdrawal->set_postings_removed(removed.postings);
    BL_RETURN_IF_ERROR(Save(*withdrawal));
  }
  return Apply(change);
}

absl::Status DatasetChanges::NoteDone(storage::v1::StoredWithdrawal withdrawal) {
  BL_RETURN_IF_ERROR(SyncFolder(FolderOf(withdrawal.withdrawal())));
  withdrawal.set_done(true);
  withdrawal.clear_failure();
  spdlog::info("event=records-withdrawn project={} withdrawal={} records={}", parts_.project,
               withdrawal.withdrawal(), withdrawal.records_removed());
  return Save(std::move(withdrawal));
}

// What an attempt has changed counts, also if it does not come to its end.
absl::Status DatasetChanges::Forget(const Records& records,
                                    storage::v1::StoredWithdrawal* withdrawal) {
  TokensInIndex tokens(parts_.index, parts_.worker.stopping());
  const HasLeft has_left = [&](const StoredToken& token) -> absl::StatusOr<bool> {
    if (!has_index_) return true;
    BL_ASSIGN_OR_RETURN(const bool has, tokens.Has(token));
    return !has;
  };
  uint64_t results = 0;
  absl::Status forgotten = parts_.runs.Forget(withdrawal->site(), records, has_left, &results);
  withdrawal->set_results_changed(withdrawal->results_changed() + results);
  if (!forgotten.ok() && results > 0) BL_RETURN_IF_ERROR(Save(*withdrawal));
  return forgotten;
}

absl::Status DatasetChanges::Save(storage::v1::StoredWithdrawal changed) {
  BL_RETURN_IF_ERROR(WriteStored(FolderOf(changed.withdrawal()) / kWithdrawalFile, changed));
  const std::lock_guard lock(mutex_);
  if (changed.done()) failing_.erase(changed.withdrawal());
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

void DatasetChanges::RetryFailed(int64_t now) {
  const std::lock_guard lock(mutex_);
  if (next_attempts_.empty() || closed_ || !CheckOneIndex().ok()) return;
  std::vector<std::string> due;
  for (const auto& [name, when] : next_attempts_) {
    if (when <= now) due.push_back(name);
  }
  for (const std::string& name : due) Retry(name);
}

void DatasetChanges::Retry(const std::string& withdrawal) {
  if (next_attempts_.erase(withdrawal) == 0) return;  // it waits, or has not failed
  withdrawals_[withdrawal].clear_failure();
  Enqueue(withdrawal);
}

size_t DatasetChanges::CountFailing() const {
  const std::lock_guard lock(mutex_);
  return failing_.size();
}

std::vector<std::string> DatasetChanges::Unrecorded() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, stored] : withdrawals_) {
    if (stored.done() && !stored.recorded()) names.push_back(name);
  }
  return names;
}

absl::StatusOr<storage::v1::StoredWithdrawal> DatasetChanges::Record(absl::string_view withdrawal,
                                                                     const Enter& enter) {
  const std::lock_guard lock(recording_);
  BL_ASSIGN_OR_RETURN(storage::v1::StoredWithdrawal stored, Get("", withdrawal));
  if (!stored.done() || stored.recorded()) return stored;
  BL_ASSIGN_OR_RETURN(const uint64_t entry, enter(stored));
  stored.set_recorded(true);
  stored.set_audit_entry(entry);
  BL_RETURN_IF_ERROR(Save(stored));
  return stored;
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

}  // namespace blindlink::resolver
