#include <algorithm>

#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/ingest/ingest.h"
#include "resolver/ingest/seal.h"
#include "resolver/project/upload_register.h"

// How uploads become datasets of the index: on the worker's thread.

namespace blindlink::resolver {

void UploadRegister::EnqueueSeal(const Name& name) {
  parts_.worker.Enqueue([this, name] { Seal(name); });
}

void UploadRegister::EnqueueIngest(const Name& name) {
  parts_.worker.Enqueue([this, name] { Ingest(name); });
}

uint32_t UploadRegister::NextNumber() const {
  uint32_t number = 0;
  for (const auto& [name, dataset] : committed_) {
    number = std::max(number, dataset.dataset_number());
  }
  for (const auto& [name, upload] : open_) number = std::max(number, upload->dataset_number());
  // Of a dataset that was removed, the number remains in the notes.
  return std::max(number, parts_.notes.highest_number()) + 1;
}

void UploadRegister::Seal(const Name& name) {
  std::shared_ptr<Upload> upload;
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(name);
    if (found == open_.end()) return;
    upload = found->second;
  }
  // If this fails, the ingest tries again and reports a failure to the site.
  if (const absl::Status status =
          SealLogs(*upload, parts_.key, parts_.limits.threads, parts_.worker.stopping());
      !status.ok() && !absl::IsCancelled(status)) {
    spdlog::warn("event=upload-not-sealed project={} site={} dataset={} why={}",
                 upload->manifest().project(), name.first, name.second, LogQuote(status.message()));
  }
}

absl::Status UploadRegister::TakeIn(Upload& upload) {
  uint32_t next = 0;
  {
    const std::lock_guard lock(mutex_);
    next = NextNumber();
  }
  BL_RETURN_IF_ERROR(upload.KeepDatasetNumber(next));
  const uint32_t number = upload.dataset_number();
  if (upload.manifest().kind() != v1::APPEND) BL_RETURN_IF_ERROR(parts_.notes.Hide(number));
  // It may be there already, hidden, since what came after was interrupted.
  if (IsInIndex(number)) return absl::OkStatus();
  return IngestUpload(upload, parts_.key, parts_.index, parts_.temporary_folder, parts_.limits,
                      parts_.worker.stopping());
}

bool UploadRegister::IsInIndex(uint32_t number) const {
  const auto datasets = parts_.index.Datasets();
  return datasets.ok() && std::any_of(datasets->begin(), datasets->end(), [&](const auto& dataset) {
           return dataset.dataset_number() == number;
         });
}

absl::Status UploadRegister::Show(const storage::v1::CommittedDataset& dataset) {
  if (dataset.manifest().kind() != v1::APPEND) {
    BL_RETURN_IF_ERROR(parts_.change_others(dataset));
    return Reload();
  }
  // Hidden if it was about to be discarded.
  if (parts_.notes.IsHidden(dataset.dataset_number())) {
    BL_RETURN_IF_ERROR(parts_.notes.Apply({{dataset.dataset_number()}, {}, {}}));
  }
  const std::lock_guard lock(mutex_);
  committed_[{dataset.manifest().site(), dataset.manifest().dataset()}] = dataset;
  return absl::OkStatus();
}

bool UploadRegister::IsShown(uint32_t number) const {
  const std::vector<uint32_t> committed = parts_.notes.committed();
  return std::find(committed.begin(), committed.end(), number) != committed.end() &&
         !parts_.notes.IsHidden(number);
}

void UploadRegister::RemoveOpen(Upload& upload) {
  const uint32_t number = upload.dataset_number();
  if (number == 0 || IsShown(number)) {
    upload.Remove();
    return;
  }
  // A commit may have failed and be in the index nevertheless, now or when it is opened again.
  absl::Status hidden = parts_.notes.Hide(number);
  upload.Remove();
  if (!hidden.ok()) hidden = parts_.notes.Hide(number);  // the disk may have room now
  if (!hidden.ok()) {
    spdlog::error("event=notes-not-saved why={}", LogQuote(hidden.message()));
  }
  parts_.worker.Enqueue([this, number] {
    absl::Status removed = parts_.index.RemoveDataset(number);
    if (removed.ok()) removed = parts_.notes.Apply({{}, {number}, {}});
    if (removed.ok()) return;
    // It stays hidden; the next change of datasets, or the next start, tries again.
    spdlog::error("event=dataset-not-removed why={}", LogQuote(removed.message()));
  });
}

void UploadRegister::Ingest(const Name& name) {
  std::shared_ptr<Upload> upload;
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(name);
    if (found == open_.end()) return;
    upload = found->second;
    if (parts_.notes.IsRetired(upload->manifest().token_key_id())) {
      RemoveOpen(*upload);
      open_.erase(found);
      return;
    }
  }
  absl::Status status = TakeIn(*upload);
  if (status.ok()) status = Show(upload->Dataset());
  if (absl::IsCancelled(status)) return;  // continues at the next start of the resolver
  if (!status.ok()) {
    spdlog::error("event=ingest-failed project={} site={} dataset={} why={}",
                  upload->manifest().project(), name.first, name.second,
                  LogQuote(status.message()));
    if (absl::Status saved = upload->SetFailure(std::string(status.message())); !saved.ok()) {
      spdlog::error("event=upload-not-saved why={}", LogQuote(saved.message()));
    }
    return;
  }
  const storage::v1::CommittedDataset dataset = upload->Dataset();
  {
    const std::lock_guard lock(mutex_);
    open_.erase(name);
    upload->Remove();
  }
  // If this fails, the next start of the resolver makes the note.
  if (absl::Status noted = parts_.notes.AddCommitted({dataset.dataset_number()}); !noted.ok()) {
    spdlog::warn("event=notes-not-saved project={} why={}", dataset.manifest().project(),
                 LogQuote(noted.message()));
  }
  spdlog::info("event=ingest-ended project={} site={} dataset={} records={} postings={}",
               dataset.manifest().project(), name.first, name.second, dataset.records(),
               dataset.postings());
  parts_.when_settled();
}

void UploadRegister::DiscardRetired() {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [this](const auto& entry) {
    const auto& [name, upload] = entry;
    if (!parts_.notes.IsRetired(upload->manifest().token_key_id())) return false;
    // Its ingest may be in progress.
    if (upload->Info().state() == v1::INGESTING) return false;
    RemoveOpen(*upload);
    return true;
  });
}

absl::Status UploadRegister::RemoveRetired() {
  BL_ASSIGN_OR_RETURN(const auto datasets, parts_.index.Datasets());
  for (const auto& dataset : datasets) {
    const v1::UploadManifest& manifest = dataset.manifest();
    if (!parts_.notes.IsRetired(manifest.token_key_id())) continue;
    // First the note: the next start goes on from there.
    BL_RETURN_IF_ERROR(parts_.notes.AddCommitted({dataset.dataset_number()}));
    BL_RETURN_IF_ERROR(parts_.notes.NoteRemoval(dataset.dataset_number()));
    {
      const std::lock_guard lock(mutex_);
      committed_.erase({manifest.site(), manifest.dataset()});
    }
    BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(dataset.dataset_number()));
    spdlog::info("event=dataset-removed project={} site={} dataset={}", manifest.project(),
                 manifest.site(), manifest.dataset());
  }
  return absl::OkStatus();
}

std::vector<std::shared_ptr<Upload>> UploadRegister::OpenUploads() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Upload>> uploads;
  for (const auto& [name, upload] : open_) uploads.push_back(upload);
  return uploads;
}

}  // namespace blindlink::resolver
