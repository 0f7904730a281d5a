#include "resolver/project/project.h"

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/base/unfinished_files.h"
#include "common/telemetry/log.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/project/index_move.h"
#include "resolver/project/resume_order.h"
#include "resolver/project/retention.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kNotesFile[] = "notes.pb";
constexpr char kKeyExchangeFile[] = "key_exchange.pb";
constexpr char kTemporaryFolder[] = "temporary";
constexpr char kGrantsFolder[] = "grants";
constexpr char kReviewFolder[] = "review";
constexpr char kPurgeFile[] = "purging";
// RocksDB ends the process when it cannot write while it opens an index, so this much must be free
// before it is asked to.
constexpr uint64_t kRoomToOpen = uint64_t{8} << 20;
absl::Status CheckRetention(const v1::RetentionRules& retention, int64_t now) {
  if (retention.end_unix_seconds() == 0 || retention.end_unix_seconds() > now) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("the project's end must lie ahead");
}

absl::Status CheckKey(const IndexKey& key, const storage::v1::StoredProject& stored) {
  if (stored.index_key_check().empty() || stored.index_key_check() == key.check()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("the index key, ", stored.name(),
                   ".key, is damaged or of another project: restore it from a backup"));
}

// What an import left that was killed. They may have records that are withdrawn since.
absl::Status RemoveUnfinishedImports(const std::filesystem::path& folder, const std::string& name) {
  BL_ASSIGN_OR_RETURN(const auto on_cluster, DiscardLocalImports(folder));
  for (const std::filesystem::path& left : on_cluster) {
    spdlog::warn(
        "event=import-not-removed project={} folder={} why={}", name, LogQuote(left.string()),
        LogQuote("it is on a cluster: stop the resolver and run  project import --discard"));
  }
  return absl::OkStatus();
}

// What a project has in its folder besides project.pb when it is made.
absl::Status WriteContents(const std::filesystem::path& folder,
                           const v1::CreateProjectRequest& request, const Plan& plan) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_RETURN_IF_ERROR(PlanFolder(folder / "plans").Save(plan));
  if (request.token_key_id().empty()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const auto notes, ProjectNotes::Open(folder / kNotesFile));
  return notes->BindTokenKey(request.token_key_id(), "project create");
}

}  // namespace

absl::StatusOr<Plan> Project::Check(const v1::CreateProjectRequest& request) {
  BL_RETURN_IF_ERROR(CheckName("project", request.name()));
  BL_RETURN_IF_ERROR(CheckParties(request));
  if (!v1::ReleaseMode_IsValid(request.release())) {
    return absl::InvalidArgumentError("the release mode is not one that this resolver knows");
  }
  BL_ASSIGN_OR_RETURN(Plan plan, Plan::Parse(request.plan_text()));
  BL_RETURN_IF_ERROR(MeetingTable::Make(plan).status());
  return plan;
}

absl::Status Project::Create(const std::filesystem::path& folder, const IndexKeyFolder& keys,
                             const v1::CreateProjectRequest& request, const Plan& plan,
                             int64_t now) {
  BL_RETURN_IF_ERROR(CheckRetention(request.retention(), now));
  BL_RETURN_IF_ERROR(CheckRoom(folder.parent_path(), 2 * kRoomToOpen, "a new project"));
  storage::v1::StoredProject stored;
  stored.set_name(request.name());
  stored.set_plan_digest(std::string(AsView(plan.digest())));
  *stored.mutable_sites() = request.sites();
  *stored.mutable_researchers() = request.researchers();
  stored.set_created_unix_seconds(now);
  stored.set_release(request.release());
  *stored.mutable_site_census() = request.site_census();
  *stored.mutable_retention() = request.retention();

  std::error_code ignored;
  // An earlier attempt was cut off before project.pb: the key is its, and protects nothing.
  if (std::filesystem::exists(folder, ignored)) BL_RETURN_IF_ERROR(keys.Destroy(request.name()));
  std::filesystem::remove_all(folder, ignored);
  BL_RETURN_IF_ERROR(WriteContents(folder, request, plan));
  BL_ASSIGN_OR_RETURN(const IndexKey key, keys.Generate(request.name()));
  stored.set_index_key_check(key.check());
  absl::Status written = WriteStored(folder / kProjectFile, stored);
  if (!written.ok()) keys.Destroy(request.name()).IgnoreError();
  return written;
}

absl::StatusOr<storage::v1::StoredProject> Project::ReadParties(
    const std::filesystem::path& folder) {
  storage::v1::StoredProject stored;
  BL_RETURN_IF_ERROR(ReadStored(folder / kProjectFile, "restore it from a backup", &stored));
  return stored;
}

absl::StatusOr<std::unique_ptr<Project>> Project::Open(const std::filesystem::path& folder,
                                                       const IndexKeyFolder& keys,
                                                       const IndexEngine& engine,
                                                       const WorkLimits& limits,
                                                       BackgroundWorker& worker, WorkBoard& board,
                                                       const EnterDecision& enter) {
  BL_ASSIGN_OR_RETURN(storage::v1::StoredProject stored, ReadParties(folder));
  // They may have records that were withdrawn since.
  BL_RETURN_IF_ERROR(RemoveUnfinishedFiles(folder));
  BL_RETURN_IF_ERROR(RemoveUnfinishedImports(folder, stored.name()));
  PlanFolder plans(folder / "plans");
  BL_ASSIGN_OR_RETURN(Plan plan, plans.Load(stored.plan_digest()));
  BL_ASSIGN_OR_RETURN(auto dropped, ReadDropped(folder));
  // If a drop was interrupted.
  if (dropped.has_value()) BL_RETURN_IF_ERROR(DestroyIndex(folder, keys, engine));
  BL_ASSIGN_OR_RETURN(IndexKey key, dropped.has_value() ? keys.ReadForResults(stored.name())
                                                        : keys.Read(stored.name(), folder));
  if (!dropped.has_value()) BL_RETURN_IF_ERROR(CheckKey(key, stored));
  BL_RETURN_IF_ERROR(CheckRoom(folder, kRoomToOpen, absl::StrCat("opening ", stored.name())));
  const std::filesystem::path temporary = folder / kTemporaryFolder;
  BL_RETURN_IF_ERROR(MakePrivateFolder(temporary));

  std::unique_ptr<Project> project(new Project(folder, keys, engine, std::move(stored),
                                               std::move(plan), std::move(plans), std::move(key)));
  project->dropped_ = std::move(dropped);
  project->temporary_folder_ = temporary;
  BL_ASSIGN_OR_RETURN(project->grants_,
                      GrantRegister::Open(folder / kGrantsFolder, keys.folder(), project->name(),
                                          project->parties_.site_list()));
  BL_ASSIGN_OR_RETURN(project->released_, ReleasedCounts::Open(folder / "releases.pb"));
  if (project->plan_.proto().has_review()) {
    BL_ASSIGN_OR_RETURN(project->review_, ReviewRegister::Open(folder / kReviewFolder,
                                                               project->plan_.proto().review()));
  }
  BL_ASSIGN_OR_RETURN(project->notes_, ProjectNotes::Open(folder / kNotesFile));
  BL_RETURN_IF_ERROR(project->OpenIndex());
  BL_RETURN_IF_ERROR(project->OpenRegisters(limits, worker, board));
  project->OpenKeyRotation(limits, worker, enter);
  // Must come last: work in progress would outlive a project that cannot be opened.
  project->ResumeWork();
  return project;
}

// Nothing is ingested before the segments are of the current index key.
void Project::ResumeWork() {
  if (dropped_.has_value()) {
    runs_->CloseAnyway();
    index_rotation_->CloseAnyway();
    changes_->ResumeWork();
    return;
  }
  index_rotation_->ResumeWork();
  ResumeInOrder(*changes_, *runs_, *uploads_, *epochs_);
}

absl::Status Project::OpenIndex() {
  if (dropped_.has_value()) {
    index_ = std::make_unique<SwitchableTokenIndex>(std::make_shared<DroppedIndex>(
        std::vector(dropped_->datasets().begin(), dropped_->datasets().end())));
    return absl::OkStatus();
  }
  const storage::v1::StoredIndexKey stored = notes_->index_key();
  BL_ASSIGN_OR_RETURN(const IndexKeyGeneration generation,
                      keys_.ReadGeneration(name(), stored.generation()));
  if (generation.check() != stored.key_check()) {
    return absl::DataLossError(
        absl::StrCat("the index key, ",
                     IndexKeyGeneration::FileOf(name() + ".key", stored.generation()).string(),
                     ", is damaged or of another project: restore it from a backup"));
  }
  key_.Use(generation);
  BL_ASSIGN_OR_RETURN(
      std::shared_ptr<TokenIndex> index,
      engine_.Open(IndexRotation::IndexOf(folder_, name(), plan_, key_, generation)));
  index_ = std::make_unique<SwitchableTokenIndex>(std::move(index));
  return absl::OkStatus();
}

absl::Status Project::OpenRegisters(const WorkLimits& limits, BackgroundWorker& worker,
                                    WorkBoard& board) {
  BL_ASSIGN_OR_RETURN(
      envelopes_, EnvelopeRelay::Open(folder_ / kKeyExchangeFile, parties_.site_list(), *notes_));
  BL_ASSIGN_OR_RETURN(
      uploads_,
      UploadRegister::Open(
          {folder_ / "uploads", folder_ / kTemporaryFolder, plan_, key_, *index_, *notes_, limits,
           worker, [this] { WhenUploadIsSettled(); },
           [this](const storage::v1::CommittedDataset& dataset) { return changes_->Show(dataset); },
           [this](absl::string_view site) { return parties_.CensusOf(site); },
           retention_.dataset_days()}));
  BL_ASSIGN_OR_RETURN(
      runs_, RunRegister::Open({name(), folder_ / "runs", plan_, plans_, key_, *index_, *notes_,
                                parties_.site_list(), limits, worker, board,
                                ReleaseRules(release()), review_.get()}));
  BL_ASSIGN_OR_RETURN(changes_, DatasetChanges::Open({name(), folder_ / "withdrawals", *index_,
                                                      *notes_, *uploads_, *runs_, worker}));
  if (!dropped_.has_value()) return absl::OkStatus();
  changes_->UseNoIndex();
  return uploads_->Close();
}

void Project::OpenKeyRotation(const WorkLimits& limits, BackgroundWorker& worker,
                              const EnterDecision& enter) {
  epochs_ = std::make_unique<EpochRegister>(
      EpochRegister::Parts{name(), parties_.site_list(), *notes_, *uploads_, *index_, worker,
                           enter ? DecisionsOfProject(name(), enter) : nullptr});
  index_rotation_ = std::make_unique<IndexRotation>(
      IndexRotation::Parts{name(), folder_, folder_ / kTemporaryFolder, keys_, plan_, engine_, key_,
                           *index_, *notes_, *uploads_, limits, worker});
}

void Project::WhenUploadIsSettled() {
  epochs_->RetireIfComplete();
  index_rotation_->Continue();
}

absl::Status Project::Close() {
  absl::Status closed = index_rotation_->Close();
  if (closed.ok()) closed = uploads_->Close();
  if (closed.ok()) closed = changes_->Close();
  if (closed.ok()) closed = runs_->Close();
  if (!closed.ok()) Reopen();
  return closed;
}

void Project::Reopen() {
  index_rotation_->Reopen();
  uploads_->Reopen();
  changes_->Reopen();
  runs_->Reopen();
}

absl::Status Project::Drop(int64_t now) {
  BL_RETURN_IF_ERROR(Close());
  absl::StatusOr<storage::v1::StoredDroppedIndex> dropped =
      NoteDropped(folder_, keys_, *index_, now);
  if (!dropped.ok()) {
    Reopen();
    return dropped.status();
  }
  dropped_ = *std::move(dropped);
  index_->Switch(std::make_shared<DroppedIndex>(
      std::vector(dropped_->datasets().begin(), dropped_->datasets().end())));
  changes_->UseNoIndex();
  return DestroyIndex(folder_, keys_, engine_);
}

absl::StatusOr<v1::DroppedIndex> Project::DropIndex(int64_t now) {
  const std::lock_guard lock(dropping_);
  if (!dropped_.has_value()) BL_RETURN_IF_ERROR(Drop(now));
  v1::DroppedIndex about;
  about.set_project(name_);
  about.set_dropped_unix_seconds(dropped_->dropped_unix_seconds());
  about.set_datasets(static_cast<uint64_t>(dropped_->datasets_size()));
  for (const auto& dataset : dropped_->datasets()) {
    about.set_records(about.records() + dataset.records());
    about.set_tokens(about.tokens() + dataset.postings());
  }
  return about;
}

absl::StatusOr<v1::ProjectKeys> Project::Keys() const {
  v1::ProjectKeys keys;
  BL_RETURN_IF_ERROR(epochs_->Describe(&keys));
  index_rotation_->Describe(keys.mutable_index_key());
  return keys;
}

absl::Status Project::BeginPurge(const std::filesystem::path& folder, const IndexKeyFolder& keys) {
  BL_RETURN_IF_ERROR(WriteFileAtomically(folder / kPurgeFile, "", 0600));
  BL_RETURN_IF_ERROR(keys.Destroy(folder.filename()));
  std::error_code error;
  std::filesystem::remove_all(folder / kGrantsFolder, error);
  if (!error) std::filesystem::remove(folder / kProjectFile, error);
  if (error) {
    return absl::UnknownError(
        absl::StrCat("cannot remove the keys in ", folder.string(), ": ", error.message()));
  }
  return SyncFolder(folder);
}

bool Project::IsBeingPurged(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / kPurgeFile, ignored);
}

absl::Status Project::AddParty(const v1::AddPartyRequest& request, int64_t now) {
  const std::lock_guard lock(dropping_);
  if (dropped_.has_value() && !request.site().empty()) {
    return absl::FailedPreconditionError(
        "the project's index is dropped, so that no site can send to it: create another project");
  }
  BL_RETURN_IF_ERROR(parties_.Add(request, now));
  spdlog::info("event=party-joined project={} {}={}", name_,
               request.site().empty() ? "researcher" : "site",
               request.site().empty() ? request.researcher() : request.site());
  return absl::OkStatus();
}

v1::ProjectInfo Project::Info(bool with_plan_text) const {
  const storage::v1::StoredProject stored = parties_.stored();
  v1::ProjectInfo info;
  info.set_name(name_);
  if (with_plan_text) info.set_plan_text(plan_.text());
  info.set_plan_digest(std::string(AsView(plan_.digest())));
  info.set_tokenization_digest(std::string(AsView(plan_.tokenization_digest())));
  *info.mutable_sites() = stored.sites();
  *info.mutable_researchers() = stored.researchers();
  info.set_created_unix_seconds(stored.created_unix_seconds());
  info.set_token_key_id(notes_->token_key().id);
  info.set_release(release_);
  *info.mutable_site_census() = stored.site_census();
  *info.mutable_retention() = retention_;
  *info.mutable_joined() = stored.joined();
  if (review_ != nullptr) *info.mutable_review() = review_->rules();
  return info;
}

}  // namespace blindlink::resolver
