#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/results/run_explanation.h"
#include "resolver/results/run_overview.h"
#include "resolver/results/run_result.h"

namespace blindlink::resolver {

// All linkage runs of a project, each in <folder>/<run>. A run that was in progress when the
// resolver stopped is repeated over the same datasets. Errors are those of linkage_service.proto
// and result_service.proto. Thread-safe.
class RunRegister {
 public:
  struct Parts {
    std::string project;
    std::filesystem::path folder;
    const Plan& plan;
    const PlanFolder& plans;
    const IndexKey& key;
    const TokenIndex& index;
    ProjectNotes& notes;
    std::vector<std::string> sites;  // of the project
    WorkLimits limits;
    BackgroundWorker& worker;
    // How the project releases results, in words (resolver/access/released_counts.h).
    std::string release_rules = {};
  };

  static absl::StatusOr<std::unique_ptr<RunRegister>> Open(const Parts& parts);
  // Repeats the runs that an earlier process left unfinished. The register must outlive the
  // worker's tasks.
  void ResumeWork();

  // `now` in Unix seconds.
  absl::StatusOr<v1::LinkageRun> Start(const v1::StartLinkageRequest& request, int64_t now);
  absl::StatusOr<v1::LinkageRun> Get(absl::string_view run) const;
  std::vector<v1::LinkageRun> List() const;
  absl::StatusOr<v1::LinkageRun> Cancel(absl::string_view run);
  // Removes the results of runs that were started before `time` (Unix seconds) and have ended.
  void RemoveStartedBefore(int64_t time);
  // From now on no run can be started. FAILED_PRECONDITION if one is in progress, or if none has
  // finished.
  absl::Status Close();
  // The same, whatever runs there are.
  void CloseAnyway();
  void Reopen();
  // Stops the runs in progress; they are repeated at the next start.
  void Interrupt();

  // Empty: the newest finished run. DATA_LOSS if what `rows` needs is damaged.
  absl::StatusOr<std::shared_ptr<const RunResult>> Result(
      const std::string& run, RunResult::Rows rows = RunResult::Rows::kAll) const;
  // As Result. FAILED_PRECONDITION also if an earlier release made the run.
  absl::StatusOr<std::unique_ptr<const RunExplanation>> Explanation(const std::string& run) const;
  // How the scores of a run's pairs are spread, and the overlap of its sites. As Result.
  absl::StatusOr<v1::RunOverview> Overview(const std::string& run) const;
  // Oldest first. Of a result that cannot be opened, only its name and the damage are given; the
  // reason is also logged once.
  std::vector<v1::ResultInfo> ListResults() const;

 private:
  struct Run {
    storage::v1::StoredRun stored;
    std::atomic<bool> cancel = false;
    bool damage_logged = false;
    // Why run.pb could not be read; `stored` then has the run's name and says FAILED.
    absl::Status damage;
  };

  explicit RunRegister(const Parts& parts) : parts_(parts) {}
  absl::Status OpenFolders();
  absl::StatusOr<std::shared_ptr<Run>> OpenRun(const std::filesystem::path& folder) const;
  absl::StatusOr<Plan> PlanOfRun(const std::string& plan_text) const;
  std::filesystem::path FolderOf(const Run& run) const {
    return parts_.folder / run.stored.run().run();
  }
  // One more than the newest there ever was.
  uint64_t NextNumber() const;
  // The finished run, or the newest one if `name` is empty.
  absl::StatusOr<storage::v1::StoredRun> FindFinished(const std::string& name) const;
  absl::Status Save(const Run& run) const;
  void Enqueue(std::shared_ptr<Run> run);
  void Execute(Run* run);
  absl::Status Link(Run* run, storage::v1::StoredRun* result);
  void LogDamage(const std::string& name, const absl::Status& status) const;
  void End(Run* run, storage::v1::StoredRun result, const absl::Status& status, double seconds);

  const Parts parts_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::map<std::string, std::shared_ptr<Run>> runs_;  // names sort by age
};

}  // namespace blindlink::resolver
