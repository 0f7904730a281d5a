#include "resolver/project/project_store.h"

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/index/rocksdb/rocksdb_engine.h"
#include "resolver/project/retention.h"
#include "resolver/storage/backup_staging.h"
#include "resolver/storage/data_lock.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<ProjectStore>> ProjectStore::Open(
    const std::filesystem::path& data_directory, const WorkLimits& limits,
    const std::filesystem::path& keys_directory, std::shared_ptr<const IndexEngine> engine,
    EnterDecision enter) {
  if (engine == nullptr) engine = std::make_shared<RocksDbEngine>();
  const std::filesystem::path folder = data_directory / "projects";
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_ASSIGN_OR_RETURN(UniqueFd lock, LockData(data_directory));
  RemoveAbandonedStaging(data_directory);
  IndexKeyFolder keys(keys_directory.empty() ? data_directory / "keys" : keys_directory);
  BL_RETURN_IF_ERROR(keys.Prepare());
  std::unique_ptr<ProjectStore> store(new ProjectStore(folder, std::move(keys), std::move(engine),
                                                       limits, std::move(lock), std::move(enter)));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (Project::IsBeingPurged(entry.path())) {
      store->FinishPurge(entry.path());
      continue;
    }
    // Without the file, the project's creation was never acknowledged.
    if (std::filesystem::exists(entry.path() / "project.pb")) store->OpenProject(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder);
  return store;
}

void ProjectStore::RemoveFolder(const std::filesystem::path& folder) const {
  std::string why(RemoveIndexes(folder, *engine_).message());
  std::error_code error;
  if (why.empty()) std::filesystem::remove_all(folder, error);
  if (error) why = error.message();
  if (why.empty()) return;
  spdlog::error("event=folder-not-removed folder={} why={}", LogQuote(folder.string()),
                LogQuote(why));
}

// The folder stays until the keys are destroyed: the next start then tries again.
void ProjectStore::FinishPurge(const std::filesystem::path& folder) const {
  const absl::Status destroyed = keys_.Destroy(folder.filename());
  if (destroyed.ok()) {
    RemoveFolder(folder);
  } else {
    spdlog::error("event=keys-not-destroyed project={} why={}", folder.filename().string(),
                  LogQuote(destroyed.message()));
  }
}

void ProjectStore::OpenProject(const std::filesystem::path& folder) {
  const std::string name = folder.filename();
  auto project = Project::Open(folder, keys_, *engine_, limits_, worker_, board_, enter_);
  if (project.ok()) {
    projects_[name] = *std::move(project);
    spdlog::info("event=project-opened project={}", name);
    return;
  }
  spdlog::error("event=project-left-out project={} why={}", name,
                LogQuote(project.status().message()));
  damaged_[name] = {
      Project::ReadParties(folder).value_or(storage::v1::StoredProject()),
      absl::StrCat(
          "project ", name, " cannot be opened and is left out: ", project.status().message(),
          "; fix that, or restore the project's folder from a backup, and start the resolver "
          "again")};
}

ProjectStore::~ProjectStore() {
  worker_.BeginStop();
  for (const auto& [name, project] : projects_) {
    if (project != nullptr) project->runs().Interrupt();
  }
  worker_.Stop();
}

absl::StatusOr<Project*> ProjectStore::Create(const v1::CreateProjectRequest& request,
                                              int64_t now) {
  // Slow requests must not hold up the calls of other projects.
  BL_ASSIGN_OR_RETURN(const Plan plan, Project::Check(request));
  BL_RETURN_IF_ERROR(TakeName(request.name()));
  const std::filesystem::path folder = folder_ / request.name();
  // Of an attempt that was never acknowledged.
  absl::Status created = RemoveIndexes(folder, *engine_);
  if (created.ok()) created = Project::Create(folder, keys_, request, plan, now);
  auto project = created.ok()
                     ? Project::Open(folder, keys_, *engine_, limits_, worker_, board_, enter_)
                     : created;
  std::error_code ignored;
  if (!project.ok()) std::filesystem::remove(folder / "project.pb", ignored);
  const std::lock_guard lock(mutex_);
  in_the_making_.erase(request.name());
  BL_RETURN_IF_ERROR(project.status());
  return (projects_[request.name()] = *std::move(project)).get();
}

absl::Status ProjectStore::Purge(const std::string& name, std::function<bool()> calls_ended) {
  const std::filesystem::path folder = folder_ / name;
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(name);
  if (found == projects_.end() && !damaged_.contains(name)) {
    return absl::NotFoundError(absl::StrCat("there is no project ", name));
  }
  BL_RETURN_IF_ERROR(Project::BeginPurge(folder, keys_));
  spdlog::info("event=project-purged project={}", name);
  Purged purged{name, nullptr, std::move(calls_ended)};
  if (found != projects_.end()) {
    purged.project = std::move(found->second);
    purged.project->runs().Interrupt();
    purged.project->grants().EndAllUses();
    projects_.erase(found);
  }
  damaged_.erase(name);
  in_the_making_.insert(name);
  purged_.push_back(std::move(purged));
  // The worker does one task at a time, so no work of the project is in progress then.
  worker_.Enqueue([this, folder] { RemoveFolder(folder); });
  return absl::OkStatus();
}

void ProjectStore::RemovePurged() {
  const std::lock_guard lock(mutex_);
  for (auto purged = purged_.begin(); purged != purged_.end();) {
    if (!purged->calls_ended()) {
      ++purged;
      continue;
    }
    // Behind all work that calls have left for the project.
    worker_.Enqueue([this, name = purged->name,
                     project = std::shared_ptr<Project>(std::move(purged->project))]() mutable {
      project.reset();
      RemoveFolder(folder_ / name);
      const std::lock_guard lock(mutex_);
      in_the_making_.erase(name);
    });
    purged = purged_.erase(purged);
  }
}

absl::Status ProjectStore::TakeName(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (projects_.contains(name) || damaged_.contains(name) || !in_the_making_.insert(name).second) {
    return absl::AlreadyExistsError(
        absl::StrCat("project ", name, " already exists: choose another name"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Project*> ProjectStore::Find(absl::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = projects_.find(name); found != projects_.end()) {
    return found->second.get();
  }
  if (const auto left_out = damaged_.find(name); left_out != damaged_.end()) {
    return absl::DataLossError(left_out->second.damage);
  }
  return absl::NotFoundError(absl::StrCat("there is no project ", name));
}

std::map<std::string, ProjectStore::Damaged, std::less<>> ProjectStore::ListDamaged() const {
  const std::lock_guard lock(mutex_);
  return damaged_;
}

std::vector<Project*> ProjectStore::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<Project*> list;
  for (const auto& [name, project] : projects_) list.push_back(project.get());
  return list;
}

}  // namespace blindlink::resolver
