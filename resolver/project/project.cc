#include "resolver/project/project.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"
#include "resolver/linkage/meeting_table.h"

namespace blindlink::resolver {
namespace {

constexpr char kProjectFile[] = "project.pb";
constexpr char kIndexKeyFile[] = "index.key";
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
  for (const std::string& site : request.sites()) BL_RETURN_IF_ERROR(CheckName("site", site));
  for (const std::string& researcher : request.researchers()) {
    BL_RETURN_IF_ERROR(CheckName("researcher", researcher));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Project::Create(const std::filesystem::path& folder,
                             const v1::CreateProjectRequest& request, int64_t now) {
  BL_RETURN_IF_ERROR(CheckParties(request));
  BL_ASSIGN_OR_RETURN(const Plan plan, Plan::Parse(request.plan_text()));
  BL_RETURN_IF_ERROR(MeetingTable::Make(plan).status());
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
  return WriteFileAtomically(folder / kProjectFile, stored.SerializeAsString(), 0600);
}

absl::StatusOr<std::unique_ptr<Project>> Project::Open(const std::filesystem::path& folder,
                                                       const WorkLimits& limits,
                                                       BackgroundWorker& worker) {
  BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(folder / kProjectFile));
  storage::v1::StoredProject stored;
  if (!stored.ParseFromString(bytes)) {
    return absl::DataLossError(absl::StrCat((folder / kProjectFile).string(), " is damaged"));
  }
  PlanFolder plans(folder / "plans");
  BL_ASSIGN_OR_RETURN(Plan plan, plans.Load(stored.plan_digest()));
  BL_ASSIGN_OR_RETURN(IndexKey key, IndexKey::Read(folder / kIndexKeyFile));
  const std::filesystem::path temporary = folder / "temporary";
  BL_RETURN_IF_ERROR(MakePrivateFolder(temporary));

  std::unique_ptr<Project> project(
      new Project(std::move(stored), std::move(plan), std::move(plans), std::move(key)));
  BL_ASSIGN_OR_RETURN(project->index_, OpenRocksDbTokenIndex(folder / "index"));
  BL_ASSIGN_OR_RETURN(project->uploads_,
                      UploadRegister::Open({folder / "uploads", temporary, project->plan_,
                                            project->key_, *project->index_, limits, worker}));
  BL_ASSIGN_OR_RETURN(
      project->runs_,
      RunRegister::Open({project->name(), folder / "runs", project->plan_, project->plans_,
                         project->key_, *project->index_, limits, worker}));
  // Must come last: work in progress would outlive a project that cannot be opened.
  project->uploads_->ResumeWork();
  project->runs_->ResumeWork();
  return project;
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
  return info;
}

}  // namespace blindlink::resolver
