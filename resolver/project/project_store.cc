#include "resolver/project/project_store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<ProjectStore>> ProjectStore::Open(
    const std::filesystem::path& data_directory, const WorkLimits& limits) {
  const std::filesystem::path folder = data_directory / "projects";
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  const std::filesystem::path lock_file = data_directory / "lock";
  BL_ASSIGN_OR_RETURN(UniqueFd lock, OpenFd(lock_file, O_RDWR | O_CREAT, /*mode=*/0600));
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another resolver is using ", data_directory.string()));
  }
  std::unique_ptr<ProjectStore> store(new ProjectStore(folder, limits, std::move(lock)));
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!std::filesystem::exists(entry.path() / "project.pb")) continue;
    BL_ASSIGN_OR_RETURN(store->projects_[entry.path().filename()],
                        Project::Open(entry.path(), limits, store->worker_));
    spdlog::info("event=project-opened project={}", entry.path().filename().string());
  }
  return store;
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
  BL_RETURN_IF_ERROR(CheckName("project", request.name()));
  const std::lock_guard lock(mutex_);
  if (projects_.contains(request.name())) {
    return absl::AlreadyExistsError(
        absl::StrCat("project ", request.name(), " already exists: choose another name"));
  }
  const std::filesystem::path folder = folder_ / request.name();
  BL_RETURN_IF_ERROR(Project::Create(folder, request, now));
  BL_ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(folder, limits_, worker_));
  return (projects_[request.name()] = std::move(project)).get();
}

absl::StatusOr<Project*> ProjectStore::Find(absl::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = projects_.find(name);
  if (found == projects_.end()) {
    return absl::NotFoundError(absl::StrCat("there is no project ", name));
  }
  return found->second.get();
}

std::vector<Project*> ProjectStore::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<Project*> list;
  for (const auto& [name, project] : projects_) list.push_back(project.get());
  return list;
}

}  // namespace blindlink::resolver
