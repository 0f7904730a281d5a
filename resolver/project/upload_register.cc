#include "resolver/project/upload_register.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/drift/dataset_drift.h"
#include "common/drift/drift_text.h"
#include "common/telemetry/log.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/site_history.h"
#include "resolver/project/visible_datasets.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kTokenKeyIdSize = 8;

absl::Status NoSuchUpload(absl::string_view site, absl::string_view dataset) {
  return absl::NotFoundError(absl::StrCat("site ", site, " has no upload of dataset ", dataset));
}

absl::Status IsCommitted(absl::string_view dataset) {
  return absl::FailedPreconditionError(
      absl::StrCat("dataset ", dataset, " is committed and cannot be changed"));
}

void AddNotes(v1::UploadInfo* info) {
  for (const std::string& note : DriftNotes(info->drift())) info->add_notes(note);
}

}  // namespace

absl::StatusOr<std::unique_ptr<UploadRegister>> UploadRegister::Open(const Parts& parts) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(parts.folder));
  std::unique_ptr<UploadRegister> uploads(new UploadRegister(parts));
  BL_RETURN_IF_ERROR(uploads->ReadCommitted());
  BL_RETURN_IF_ERROR(uploads->CheckNothingIsMissing());
  BL_RETURN_IF_ERROR(uploads->OpenFolders());
  return uploads;
}

absl::Status UploadRegister::ReadCommitted() {
  BL_ASSIGN_OR_RETURN(const auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  committed_.clear();
  for (const auto& dataset : datasets) {
    committed_[{dataset.manifest().site(), dataset.manifest().dataset()}] = dataset;
  }
  return absl::OkStatus();
}

absl::Status UploadRegister::Reload() {
  const std::lock_guard lock(mutex_);
  return ReadCommitted();
}

std::optional<std::string> UploadRegister::OpenUploadOf(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, upload] : open_) {
    if (name.first == site) return name.second;
  }
  return std::nullopt;
}

uint32_t UploadRegister::FreeNumber() const {
  const std::lock_guard lock(mutex_);
  return NextNumber();
}

// The notes were written after the dataset was in the index, so they may lack some, but never have
// one that the index lacks.
absl::Status UploadRegister::CheckNothingIsMissing() const {
  std::vector<uint32_t> numbers;
  for (const auto& [name, dataset] : committed_) numbers.push_back(dataset.dataset_number());
  for (const uint32_t noted : parts_.notes.committed()) {
    if (parts_.notes.IsRemoved(noted)) continue;
    if (std::find(numbers.begin(), numbers.end(), noted) == numbers.end()) {
      return absl::DataLossError(
          absl::StrCat("the token index lacks dataset number ", noted,
                       ", which was committed: restore the data directory from a backup"));
    }
  }
  return parts_.notes.AddCommitted(numbers);
}

v1::UploadInfo UploadRegister::InfoOf(const storage::v1::CommittedDataset& dataset) const {
  v1::UploadInfo info;
  *info.mutable_manifest() = dataset.manifest();
  info.set_state(parts_.notes.IsWithdrawn(dataset) ? v1::WITHDRAWN : v1::COMMITTED);
  info.set_blocks(dataset.blocks());
  info.set_records(dataset.records());
  info.set_tokens(dataset.postings());
  *info.mutable_counts() = dataset.counts();
  info.set_tokens_ingested(dataset.postings());
  if (dataset.has_audit()) *info.mutable_audit() = dataset.audit();
  if (dataset.has_drift()) *info.mutable_drift() = dataset.drift();
  info.set_commit_unix_seconds(dataset.commit_unix_seconds());
  AddNotes(&info);
  info.set_end_unix_seconds(
      parts_.notes.EndOf(dataset.manifest().site(), dataset.manifest().dataset()));
  return info;
}

v1::UploadInfo UploadRegister::InfoOf(const Upload& upload) const {
  v1::UploadInfo info = upload.Info();
  AddNotes(&info);
  info.set_end_unix_seconds(
      parts_.notes.EndOf(upload.manifest().site(), upload.manifest().dataset()));
  return info;
}

absl::Status UploadRegister::OpenFolders() {
  std::error_code ignored;
  for (const auto& site : std::filesystem::directory_iterator(parts_.folder, ignored)) {
    for (const auto& folder : std::filesystem::directory_iterator(site.path(), ignored)) {
      const Name name{site.path().filename(), folder.path().filename()};
      if (committed_.contains(name) || !std::filesystem::exists(folder.path() / "upload.pb")) {
        std::filesystem::remove_all(folder.path(), ignored);
        continue;
      }
      BL_ASSIGN_OR_RETURN(std::shared_ptr<Upload> upload,
                          Upload::Open(folder.path(), parts_.plan, OptionsOf(name)));
      // Its removal was interrupted, and its number is not used again.
      if (parts_.notes.IsRemoved(upload->dataset_number())) {
        upload->Remove();
        continue;
      }
      open_[name] = std::move(upload);
    }
  }
  return absl::OkStatus();
}

// A log's postings are held in memory while it is turned into a segment.
Upload::Options UploadRegister::OptionsOf(const Name& name) {
  constexpr uint64_t kMinLogBytes = uint64_t{1} << 20;
  return {std::clamp(parts_.limits.memory_budget / 4, kMinLogBytes, Upload::kMaxLogBytes),
          [this, name] { EnqueueSeal(name); }};
}

void UploadRegister::ResumeWork() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<uint64_t, Name>> committed;
  for (const auto& [name, upload] : open_) {
    if (upload->Info().state() == v1::INGESTING) {
      committed.emplace_back(upload->commit_number(), name);
    } else {
      EnqueueSeal(name);
    }
  }
  std::sort(committed.begin(), committed.end());
  for (const auto& [number, name] : committed) EnqueueIngest(name);
}

absl::Status UploadRegister::CheckManifest(const v1::UploadManifest& manifest) const {
  BL_RETURN_IF_ERROR(CheckName("dataset", manifest.dataset()));
  if (manifest.standardizer_version() != parts_.plan.proto().standardizer_version()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the tokens were made by standardizer version ", manifest.standardizer_version(),
        ", but the project's plan asks for ", parts_.plan.proto().standardizer_version(),
        ": install the agent release that has the plan's version, and tokenize again"));
  }
  if (manifest.tokenization_digest() != AsView(parts_.plan.tokenization_digest())) {
    return absl::FailedPreconditionError(
        "the tokens were made under a different plan than the project's (tokenization digests "
        "differ): get the project's plan and tokenize again");
  }
  if (manifest.token_key_id().size() != kTokenKeyIdSize) {
    return absl::InvalidArgumentError("token_key_id must have 8 bytes");
  }
  BL_RETURN_IF_ERROR(CheckReplaces(manifest));
  return CheckTokenKey(manifest);
}

absl::Status UploadRegister::CheckReplaces(const v1::UploadManifest& manifest) const {
  if (!v1::DatasetKind_IsValid(manifest.kind()) ||
      (manifest.kind() != v1::REPLACEMENT && !manifest.replaces().empty())) {
    return absl::InvalidArgumentError("the manifest's kind of dataset is not one that there is");
  }
  if (manifest.replaces().empty()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(CheckName("dataset", manifest.replaces()));
  if (committed_.contains({manifest.site(), manifest.dataset()})) return absl::OkStatus();
  const auto replaced = committed_.find({manifest.site(), manifest.replaces()});
  if (replaced != committed_.end()) {
    if (TakesThePlaceOf(replaced->second.manifest(), manifest)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("dataset ", manifest.replaces(),
                     " was made with another token key, so that nothing can replace it: send this "
                     "one without --replaces"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("site ", manifest.site(), " has no committed dataset ", manifest.replaces(),
                   " that this one could replace: see status"));
}

absl::Status UploadRegister::CheckTokenKey(const v1::UploadManifest& manifest) const {
  if (parts_.notes.EpochOf(manifest.token_key_id()) != 0) return absl::OkStatus();
  if (parts_.notes.IsRetired(manifest.token_key_id())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "dataset ", manifest.dataset(), " of site ", manifest.site(),
        " was made with the token key ", HexEncode(manifest.token_key_id()),
        " of an epoch that is retired: get the token key of the current one and tokenize again"));
  }
  const ProjectNotes::TokenKey bound = parts_.notes.token_key();
  return absl::FailedPreconditionError(absl::StrCat(
      "dataset ", manifest.dataset(), " of site ", manifest.site(),
      " was made with a different token key, ", HexEncode(manifest.token_key_id()),
      ", than the project's, ", HexEncode(bound.id), " (bound by ", bound.bound_by,
      "), and would never meet the others: get the project's token key and tokenize again"));
}

absl::StatusOr<v1::UploadPosition> UploadRegister::Begin(const v1::UploadManifest& manifest) {
  const std::lock_guard lock(mutex_);
  const Name name{manifest.site(), manifest.dataset()};
  BL_RETURN_IF_ERROR(CheckManifest(manifest));
  if (closed_ && !committed_.contains(name)) return IndexIsDropped();
  if (const auto done = committed_.find(name); done != committed_.end()) {
    const bool withdrawn = parts_.notes.IsWithdrawn(done->second);
    return absl::AlreadyExistsError(
        absl::StrCat("dataset ", manifest.dataset(),
                     withdrawn ? " was withdrawn by the coordinator" : " is committed",
                     ": choose another dataset name"));
  }
  if (const auto found = open_.find(name); found != open_.end()) {
    if (found->second->manifest().SerializeAsString() != manifest.SerializeAsString()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the upload of dataset ", manifest.dataset(),
                       " was started with different tokens: discard it, or choose another name"));
    }
    return found->second->Position();
  }
  const auto of_site = std::count_if(open_.begin(), open_.end(), [&](const auto& entry) {
    return entry.first.first == manifest.site();
  });
  if (of_site >= kMaxOpenUploadsPerSite) {
    return absl::FailedPreconditionError(absl::StrCat("site ", manifest.site(), " has ", of_site,
                                                      " uploads open: finish or discard some"));
  }
  BL_RETURN_IF_ERROR(parts_.notes.SetEnd(name.first, name.second, EndOfNew()));
  BL_ASSIGN_OR_RETURN(open_[name], Upload::Create(parts_.folder / name.first / name.second,
                                                  manifest, parts_.plan, OptionsOf(name)));
  return open_[name]->Position();
}

absl::Status UploadRegister::Close() {
  const std::lock_guard lock(mutex_);
  if (!open_.empty()) {
    const auto& [site, dataset] = open_.begin()->first;
    return absl::FailedPreconditionError(
        absl::StrCat("the upload of dataset ", dataset, " of site ", site,
                     " is not finished: wait for it, or discard it (upload discard)"));
  }
  closed_ = true;
  return absl::OkStatus();
}

void UploadRegister::Reopen() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
}

absl::StatusOr<std::shared_ptr<Upload>> UploadRegister::Find(absl::string_view site,
                                                             absl::string_view dataset) const {
  const std::lock_guard lock(mutex_);
  const Name name{site, dataset};
  const auto found = open_.find(name);
  if (found != open_.end()) return found->second;
  if (committed_.contains(name)) return IsCommitted(dataset);
  return NoSuchUpload(site, dataset);
}

absl::StatusOr<v1::UploadInfo> UploadRegister::Commit(absl::string_view site,
                                                      const v1::CommitUploadRequest& request) {
  const std::lock_guard lock(mutex_);
  const Name name{site, request.dataset()};
  if (const auto done = committed_.find(name); done != committed_.end()) {
    return InfoOf(done->second);
  }
  const auto found = open_.find(name);
  if (found == open_.end()) return NoSuchUpload(site, request.dataset());
  const v1::UploadState before = found->second->Info().state();
  std::optional<Upload::CommitNote> note;
  if (before != v1::INGESTING) {
    note = NoteOf(*found->second, request.counts());
    BL_ASSIGN_OR_RETURN(note->number, parts_.notes.NextCommit());
  }
  BL_RETURN_IF_ERROR(found->second->Commit(request, note));
  if (before != v1::INGESTING) EnqueueIngest(name);
  return InfoOf(*found->second);
}

Upload::CommitNote UploadRegister::NoteOf(const Upload& upload,
                                          const v1::UploadCounts& counts) const {
  const v1::UploadManifest& manifest = upload.manifest();
  std::vector<storage::v1::CommittedDataset> earlier;
  for (const auto& [name, dataset] : committed_) {
    // What the coordinator has withdrawn may be what was wrong.
    if (name.first == manifest.site() && !parts_.notes.IsWithdrawn(dataset)) {
      earlier.push_back(dataset);
    }
  }
  for (const auto& [name, open] : open_) {
    const bool same_site = name.first == manifest.site() && open.get() != &upload;
    if (same_site && open->Info().state() == v1::INGESTING) earlier.push_back(open->Dataset());
  }
  return {time(nullptr),
          CompareWithEarlier({manifest, counts, counts.records()},
                             InOrderOfCommit(std::move(earlier)), parts_.plan),
          /*number=*/0};
}

absl::StatusOr<v1::UploadInfo> UploadRegister::Info(absl::string_view site,
                                                    absl::string_view dataset) const {
  const std::lock_guard lock(mutex_);
  const Name name{site, dataset};
  // One that is being ingested may be in the index already, beside what it takes the place of.
  if (const auto found = open_.find(name); found != open_.end()) return InfoOf(*found->second);
  if (const auto done = committed_.find(name); done != committed_.end()) {
    return InfoOf(done->second);
  }
  return NoSuchUpload(site, dataset);
}

std::vector<v1::UploadInfo> UploadRegister::List(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  std::map<Name, v1::UploadInfo> all;
  for (const auto& [name, dataset] : committed_) all[name] = InfoOf(dataset);
  for (const auto& [name, upload] : open_) all[name] = InfoOf(*upload);
  std::vector<v1::UploadInfo> list;
  for (auto& [name, info] : all) {
    if (site.empty() || name.first == site) list.push_back(std::move(info));
  }
  return list;
}

absl::StatusOr<v1::UploadInfo> UploadRegister::Discard(absl::string_view site,
                                                       absl::string_view dataset) {
  absl::StatusOr<v1::UploadInfo> discarded = DiscardOpen(site, dataset);
  if (discarded.ok()) parts_.when_settled();
  return discarded;
}

absl::StatusOr<v1::UploadInfo> UploadRegister::DiscardOpen(absl::string_view site,
                                                           absl::string_view dataset) {
  const std::lock_guard lock(mutex_);
  const Name name{site, dataset};
  if (committed_.contains(name)) return IsCommitted(dataset);
  const auto found = open_.find(name);
  if (found == open_.end()) return NoSuchUpload(site, dataset);
  v1::UploadInfo info = found->second->Info();
  if (info.state() == v1::INGESTING) {
    return absl::FailedPreconditionError(absl::StrCat(
        "dataset ", dataset, " is committed and being ingested: wait until it is done"));
  }
  if (IsShown(found->second->dataset_number())) return IsCommitted(dataset);
  RemoveOpen(*found->second);
  open_.erase(found);
  return info;
}

absl::StatusOr<v1::UploadInfo> UploadRegister::DiscardOrWithdraw(absl::string_view site,
                                                                 absl::string_view dataset) {
  {
    const std::lock_guard lock(mutex_);
    const auto done = committed_.find(Name{site, dataset});
    if (done != committed_.end()) {
      BL_RETURN_IF_ERROR(parts_.notes.Withdraw(done->second.dataset_number()));
      return InfoOf(done->second);
    }
  }
  return Discard(site, dataset);
}

}  // namespace blindlink::resolver
