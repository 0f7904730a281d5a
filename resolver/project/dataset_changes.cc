#include "resolver/project/dataset_changes.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/ingest/rewrite_dataset.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kRemedy[] = "restore it from a backup";

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
    if (!has_index_) return;
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
  for (const auto& dataset : datasets) {
    if (!parts_.notes.IsRemoved(dataset.dataset_number())) continue;
    BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(dataset.dataset_number()));
  }
  // Hidden and of no upload: what an interrupted change or a discarded upload left. The index may
  // have some of it without knowing it as a dataset.
  ProjectNotes::Change change;
  change.removed = parts_.notes.hidden();
  for (const auto& upload : parts_.uploads.OpenUploads()) {
    std::erase(change.removed, upload->dataset_number());
  }
  for (const uint32_t number : change.removed) {
    BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(number));
  }
  return change.removed.empty() ? absl::OkStatus() : parts_.notes.Apply(change);
}

absl::StatusOr<std::vector<DatasetChanges::Loss>> DatasetChanges::Find(const Cut& cut) const {
  BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  std::vector<Loss> losses;
  for (const auto& dataset : datasets) {
    const v1::UploadManifest& manifest = dataset.manifest();
    if (manifest.site() != cut.site || CameAfter(cut.newest, dataset)) continue;
    if (cut.correction != nullptr &&
        manifest.token_key_id() != cut.correction->manifest().token_key_id()) {
      continue;
    }
    BL_ASSIGN_OR_RETURN(const uint64_t gone, CountRecords(parts_.index, dataset.dataset_number(),
                                                          cut.records, parts_.worker.stopping()));
    losses.push_back({dataset, gone});
  }
  return losses;
}

absl::StatusOr<ProjectNotes::Change> DatasetChanges::Rewrite(const Cut& cut,
                                                             const std::vector<Loss>& losses,
                                                             Removed* removed) {
  BL_RETURN_IF_ERROR(RemoveLeftovers());
  const uint32_t correction = cut.correction == nullptr ? 0 : cut.correction->dataset_number();
  ProjectNotes::Change change;
  for (const auto& [dataset, gone] : losses) {
    if (gone == 0) continue;
    const uint32_t number = dataset.dataset_number();
    removed->records += gone;
    change.removed.push_back(number);
    if (gone == dataset.records()) {
      removed->postings += dataset.postings();
      continue;
    }
    const uint32_t next = parts_.uploads.FreeNumber();
    BL_RETURN_IF_ERROR(parts_.notes.Hide(next));
    BL_ASSIGN_OR_RETURN(const auto reduced, RewriteWithout(dataset, cut.records, next, correction,
                                                           parts_.index, parts_.worker.stopping()));
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
  const uint32_t number = dataset.dataset_number();
  if (!parts_.notes.IsHidden(number)) return RemoveLeftovers();  // shown before an interruption
  const bool corrects = dataset.manifest().kind() == v1::CORRECTION;
  BL_ASSIGN_OR_RETURN(ProjectNotes::Change change, corrects ? Correct(dataset) : Replace(dataset));
  change.shown.push_back(number);
  return Apply(change);
}

absl::StatusOr<ProjectNotes::Change> DatasetChanges::Correct(
    const storage::v1::CommittedDataset& correction) {
  Records corrected;
  BL_ASSIGN_OR_RETURN(const auto records, parts_.index.Records(correction.dataset_number()));
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> next, records->Next());
    if (next.empty()) break;
    corrected.insert(next.begin(), next.end());
  }
  const Cut cut{correction.manifest().site(), corrected, /*newest=*/0, &correction};
  BL_ASSIGN_OR_RETURN(const std::vector<Loss> losses, Find(cut));
  std::vector<storage::v1::CommittedDataset> stay;
  for (const Loss& loss : losses) {
    stay.push_back(loss.dataset);
    stay.back().set_records(loss.dataset.records() - loss.records);
  }
  BL_RETURN_IF_ERROR(parts_.uploads.CheckCensusWith(correction, stay));
  Removed removed;
  return Rewrite(cut, losses, &removed);
}

absl::StatusOr<ProjectNotes::Change> DatasetChanges::Replace(
    const storage::v1::CommittedDataset& replacement) {
  const v1::UploadManifest& manifest = replacement.manifest();
  BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  ProjectNotes::Change change;
  for (const auto& other : datasets) {
    if (TakesThePlaceOf(other.manifest(), manifest)) {
      change.removed.push_back(other.dataset_number());
    }
  }
  if (!manifest.replaces().empty() && change.removed.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("dataset ", manifest.replaces(),
                     ", which this one replaces, is gone: discard this upload, and send it again "
                     "without --replaces if its records are to be added"));
  }
  return change;
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

void DatasetChanges::UseNoIndex() {
  const std::lock_guard lock(mutex_);
  has_index_ = false;
  closed_ = false;
}

}  // namespace blindlink::resolver
