#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/fd.h"
#include "resolver/audit/own_decision.h"
#include "resolver/index/index_engine.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/project.h"

namespace blindlink::resolver {

// All projects of a resolver, under <data directory>/projects. Thread-safe. Projects live as long
// as the store.
class ProjectStore {
 public:
  // Locks the data directory for this process and opens all projects in it; their unfinished work
  // continues in the background. Index keys are in `keys_directory`; empty: "keys" in the data
  // directory. Token indexes are where `engine` has them; null: on RocksDB. Ends of epochs that no
  // call has asked for are entered with `enter`; empty: nowhere. A project that cannot be opened is
  // logged and left out, and the others serve. FAILED_PRECONDITION if another process has the
  // directory, or if other users may write to it.
  static absl::StatusOr<std::unique_ptr<ProjectStore>> Open(
      const std::filesystem::path& data_directory, const WorkLimits& limits,
      const std::filesystem::path& keys_directory = {},
      std::shared_ptr<const IndexEngine> engine = nullptr, EnterDecision enter = {});
  // Stops the background work.
  ~ProjectStore();

  absl::StatusOr<Project*> Create(const v1::CreateProjectRequest& request, int64_t now);
  // Destroys a project, an unopened one too: from now on nobody finds it and its keys are gone; its
  // folder is removed in the background, and the object, which calls may still use, once
  // `calls_ended` says so (see RemovePurged). NOT_FOUND.
  absl::Status Purge(const std::string& name, std::function<bool()> calls_ended);
  // Destroys the objects of purged projects that no call uses any more. To be called now and then,
  // by one thread; no other may keep a project without being a call.
  void RemovePurged();
  // NOT_FOUND; DATA_LOSS if the project was left out, with words for the coordinator.
  absl::StatusOr<Project*> Find(absl::string_view name) const;
  // By name.
  std::vector<Project*> List() const;

  // A project that was left out.
  struct Damaged {
    storage::v1::StoredProject parties;  // empty if they could not be read either
    std::string damage;                  // why, and what to do
  };
  std::map<std::string, Damaged, std::less<>> ListDamaged() const;
  // Whoever joins here takes part in runs.
  WorkBoard& work_board() { return board_; }
  const WorkBoard& work_board() const { return board_; }
  // Ingests, runs and rewrites that wait for the one in progress.
  size_t tasks_waiting() const { return worker_.waiting(); }

 private:
  ProjectStore(std::filesystem::path folder, IndexKeyFolder keys,
               std::shared_ptr<const IndexEngine> engine, const WorkLimits& limits, UniqueFd lock,
               EnterDecision enter)
      : folder_(std::move(folder)),
        keys_(std::move(keys)),
        engine_(std::move(engine)),
        limits_(limits),
        enter_(std::move(enter)),
        lock_(std::move(lock)) {}

  // With its indexes. After an error it stays, to be removed at the next start.
  void RemoveFolder(const std::filesystem::path& folder) const;
  // Of a purge that was interrupted.
  void FinishPurge(const std::filesystem::path& folder) const;
  void OpenProject(const std::filesystem::path& folder);
  // Takes the name for a project that is being made. ALREADY_EXISTS.
  absl::Status TakeName(const std::string& name);

  const std::filesystem::path folder_;
  const IndexKeyFolder keys_;
  const std::shared_ptr<const IndexEngine> engine_;
  const WorkLimits limits_;
  const EnterDecision enter_;
  const UniqueFd lock_;  // released on destruction, after the work has stopped
  WorkBoard board_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Project>, std::less<>> projects_;
  std::map<std::string, Damaged, std::less<>> damaged_;
  std::set<std::string> in_the_making_;  // or being purged: names that are not free
  struct Purged {
    std::string name;
    std::unique_ptr<Project> project;  // null: it was not open
    std::function<bool()> calls_ended;
  };
  std::vector<Purged> purged_;
  BackgroundWorker worker_;  // last: stops before the projects are destroyed
};

}  // namespace blindlink::resolver
