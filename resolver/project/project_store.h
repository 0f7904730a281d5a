#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/project.h"

namespace blindlink::resolver {

// All projects of a resolver, under <data directory>/projects. Thread-safe. Projects live as long
// as the store.
class ProjectStore {
 public:
  // Locks the data directory for this process (FAILED_PRECONDITION if another process has it) and
  // opens all projects in it; their unfinished work continues in the background.
  static absl::StatusOr<std::unique_ptr<ProjectStore>> Open(
      const std::filesystem::path& data_directory, const WorkLimits& limits);
  // Stops the background work.
  ~ProjectStore();

  absl::StatusOr<Project*> Create(const v1::CreateProjectRequest& request, int64_t now);
  // NOT_FOUND.
  absl::StatusOr<Project*> Find(absl::string_view name) const;
  // By name.
  std::vector<Project*> List() const;

 private:
  ProjectStore(std::filesystem::path folder, const WorkLimits& limits, UniqueFd lock)
      : folder_(std::move(folder)), limits_(limits), lock_(std::move(lock)) {}

  const std::filesystem::path folder_;
  const WorkLimits limits_;
  const UniqueFd lock_;  // released on destruction, after the work has stopped
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Project>, std::less<>> projects_;
  BackgroundWorker worker_;  // last: stops before the projects are destroyed
};

}  // namespace blindlink::resolver
