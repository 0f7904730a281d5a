#include "resolver/project/project.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/project/retention.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kProjectFile[] = "project.pb";
constexpr char kNotesFile[] = "notes.pb";
constexpr size_t kTokenKeyIdSize = 8;
// RocksDB ends the process when it cannot write while it opens an index, so this much must be free
// before it is asked to.
constexpr uint64_t kRoomToOpen = uint64_t{8} << 20;
// RecordRow has two bytes for the site.
constexpr int kMaxSites = 1000;

template <typename Names>
bool Contains(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckParties(const v1::CreateProjectRequest& request) {
  if (request.sites().empty()) {
    return absl::InvalidArgumentError("a project needs at least one site");
  }
  if (request.sites_size() > kMaxSites) {
    return absl::InvalidArgumentError(absl::StrCat("a project has at most ", kMaxSites, " sites"));
  }
  std::set<std::string> sites;
  for (const std::string& site : request.sites()) {
    BL_RETURN_IF_ERROR(CheckName("site", site));
    if (!sites.insert(site).second) {
      return absl::InvalidArgumentError(absl::StrCat("site ", site, " is named twice"));
    }
  }
  for (const std::string& researcher : request.researchers()) {
    BL_RETURN_IF_ERROR(CheckName("researcher", researcher));
  }
  if (!request.token_key_id().empty() && request.token_key_id().size() != kTokenKeyIdSize) {
    return absl::InvalidArgumentError(
        "the token key id must be 16 hexadecimal digits, as blindlink-agent prints it");
  }
  return absl::OkStatus();
}

absl::StatusOr<IndexKey> ReadIndexKey(const std::filesystem::path& folder,
                                      const storage::v1::StoredProject& stored) {
  BL_ASSIGN_OR_RETURN(IndexKey key, IndexKey::Read(folder / kIndexKeyFile));
  if (stored.index_key_check().empty() || stored.index_key_check() == key.check()) return key;
  return absl::DataLossError(
      absl::StrCat(kIndexKeyFile, " is damaged or of another project: restore it from a backup"));
}

}  // namespace

absl::StatusOr<Plan> Project::Check(const v1::CreateProjectRequest& request) {
  BL_RETURN_IF_ERROR(CheckName("project", request.name()));
  BL_RETURN_IF_ERROR(CheckParties(request));
  BL_ASSIGN_OR_RETURN(Plan plan, Plan::Parse(request.plan_text()));
  BL_RETURN_IF_ERROR(MeetingTable::Make(plan).status());
  return plan;
}

absl::Status Project::Create(const std::filesystem::path& folder,
                             const v1::CreateProjectRequest& request, const Plan& plan,
                             int64_t now) {
  BL_RETURN_IF_ERROR(CheckRoom(folder.parent_path(), 2 * kRoomToOpen, "a new project"));
  storage::v1::StoredProject stored;
  stored.set_name(request.name());
  stored.set_plan_digest(std::string(AsView(plan.digest())));
  *stored.mutable_sites() = request.sites();
  *stored.mutable_researchers() = request.researchers();
  stored.set_created_unix_seconds(now);

  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);  // an earlier attempt without project.pb
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_RETURN_IF_ERROR(PlanFolder(folder / "plans").Save(plan));
  BL_RETURN_IF_ERROR(IndexKey::Generate(folder / kIndexKeyFile));
  BL_ASSIGN_OR_RETURN(const IndexKey key, IndexKey::Read(folder / kIndexKeyFile));
  stored.set_index_key_check(key.check());
  if (!request.token_key_id().empty()) {
    BL_ASSIGN_OR_RETURN(const auto notes, ProjectNotes::Open(folder / kNotesFile));
    BL_RETURN_IF_ERROR(notes->BindTokenKey(request.token_key_id(), "project create"));
  }
  return WriteStored(folder / kProjectFile, stored);
}

absl::StatusOr<storage::v1::StoredProject> Project::ReadParties(
    const std::filesystem::path& folder) {
  storage::v1::StoredProject stored;
  BL_RETURN_IF_ERROR(ReadStored(folder / kProjectFile, "restore it from a backup", &stored));
  return stored;
}

absl::StatusOr<std::unique_ptr<Project>> Project::Open(const std::filesystem::path& folder,
                                                       const WorkLimits& limits,
                                                       BackgroundWorker& worker) {
  BL_ASSIGN_OR_RETURN(storage::v1::StoredProject stored, ReadParties(folder));
  PlanFolder plans(folder / "plans");
  BL_ASSIGN_OR_RETURN(Plan plan, plans.Load(stored.plan_digest()));
  BL_ASSIGN_OR_RETURN(auto dropped, ReadDropped(folder));
  if (dropped.has_value()) BL_RETURN_IF_ERROR(DestroyIndex(folder));  // if a drop was interrupted
  BL_ASSIGN_OR_RETURN(IndexKey key, dropped.has_value()
                                        ? IndexKey::ReadForResults(folder / kResultsKeyFile)
                                        : ReadIndexKey(folder, stored));
  BL_RETURN_IF_ERROR(CheckRoom(folder, kRoomToOpen, absl::StrCat("opening ", stored.name())));
  const std::filesystem::path temporary = folder / "temporary";
  BL_RETURN_IF_ERROR(MakePrivateFolder(temporary));

  std::unique_ptr<Project> project(
      new Project(std::move(stored), std::move(plan), std::move(plans), std::move(key)));
  BL_ASSIGN_OR_RETURN(project->notes_, ProjectNotes::Open(folder / kNotesFile));
  project->folder_ = folder;
  project->dropped_ = std::move(dropped);
  BL_RETURN_IF_ERROR(project->OpenIndex());
  BL_ASSIGN_OR_RETURN(
      project->uploads_,
      UploadRegister::Open({folder / "uploads", temporary, project->plan_, project->key_,
                            *project->index_, *project->notes_, limits, worker}));
  BL_ASSIGN_OR_RETURN(
      project->runs_,
      RunRegister::Open({project->name(),
                         folder / "runs",
                         project->plan_,
                         project->plans_,
                         project->key_,
                         *project->index_,
                         *project->notes_,
                         {project->stored_.sites().begin(), project->stored_.sites().end()},
                         limits,
                         worker}));
  if (project->dropped_.has_value()) {
    BL_RETURN_IF_ERROR(project->uploads_->Close());
    project->runs_->CloseAnyway();
  }
  // Must come last: work in progress would outlive a project that cannot be opened.
  project->uploads_->ResumeWork();
  project->runs_->ResumeWork();
  return project;
}

absl::Status Project::OpenIndex() {
  if (dropped_.has_value()) {
    index_ = std::make_unique<DroppableIndex>(std::vector<storage::v1::CommittedDataset>(
        dropped_->datasets().begin(), dropped_->datasets().end()));
    return absl::OkStatus();
  }
  BL_ASSIGN_OR_RETURN(auto index, OpenRocksDbTokenIndex(folder_ / "index", key_.evidence_cipher()));
  index_ = std::make_unique<DroppableIndex>(std::move(index));
  return absl::OkStatus();
}

absl::Status Project::Close() {
  BL_RETURN_IF_ERROR(uploads_->Close());
  absl::Status closed = runs_->Close();
  if (!closed.ok()) uploads_->Reopen();
  return closed;
}

absl::Status Project::Drop(int64_t now) {
  BL_RETURN_IF_ERROR(Close());
  absl::StatusOr<storage::v1::StoredDroppedIndex> dropped = NoteDropped(folder_, *index_, now);
  if (!dropped.ok()) {
    uploads_->Reopen();
    runs_->Reopen();
    return dropped.status();
  }
  dropped_ = *std::move(dropped);
  index_->Drop({dropped_->datasets().begin(), dropped_->datasets().end()});
  return DestroyIndex(folder_);
}

absl::StatusOr<v1::DroppedIndex> Project::DropIndex(int64_t now) {
  const std::lock_guard lock(dropping_);
  if (!dropped_.has_value()) BL_RETURN_IF_ERROR(Drop(now));
  v1::DroppedIndex about;
  about.set_project(stored_.name());
  about.set_dropped_unix_seconds(dropped_->dropped_unix_seconds());
  about.set_datasets(static_cast<uint64_t>(dropped_->datasets_size()));
  for (const auto& dataset : dropped_->datasets()) {
    about.set_records(about.records() + dataset.records());
    about.set_tokens(about.tokens() + dataset.postings());
  }
  return about;
}

bool Project::HasSite(absl::string_view site) const { return Contains(stored_.sites(), site); }

bool Project::HasResearcher(absl::string_view researcher) const {
  return Contains(stored_.researchers(), researcher);
}

v1::ProjectInfo Project::Info(bool with_plan_text) const {
  v1::ProjectInfo info;
  info.set_name(stored_.name());
  if (with_plan_text) info.set_plan_text(plan_.text());
  info.set_plan_digest(std::string(AsView(plan_.digest())));
  info.set_tokenization_digest(std::string(AsView(plan_.tokenization_digest())));
  *info.mutable_sites() = stored_.sites();
  *info.mutable_researchers() = stored_.researchers();
  info.set_created_unix_seconds(stored_.created_unix_seconds());
  info.set_token_key_id(notes_->token_key().id);
  return info;
}

}  // namespace blindlink::resolver
