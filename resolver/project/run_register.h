#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/entity_change_service.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"
#include "resolver/audit/own_decision.h"
#include "resolver/entities/entity_changes.h"
#include "resolver/entities/entity_register.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/increment.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/file_lock.h"
#include "resolver/project/index_size.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/project_parties.h"
#include "resolver/results/forget_records.h"
#include "resolver/results/run_explanation.h"
#include "resolver/results/run_overview.h"
#include "resolver/results/run_result.h"
#include "resolver/review/review_register.h"
#include "resolver/review/review_run.h"
#include "resolver/work/shared_run.h"
#include "resolver/work/work_board.h"

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
    SiteList sites;
    WorkLimits limits;
    BackgroundWorker& worker;
    WorkBoard& board;  // whoever joins there takes part in the runs
    // How the project releases results, in words (resolver/access/released_counts.h).
    std::string release_rules = {};
    // What people decided, which runs follow; null if the project has no review.
    ReviewRegister* review = nullptr;
    // Bytes of memory that the index has, the page cache included. Asked for whenever a run starts.
    std::function<uint64_t()> memory = MemoryOfMachine;
  };

  static absl::StatusOr<std::unique_ptr<RunRegister>> Open(const Parts& parts);
  // Repeats the runs that an earlier process left unfinished. The register must outlive the
  // worker's tasks.
  void ResumeWork();

  // `now` in Unix seconds.
  absl::StatusOr<v1::LinkageRun> Start(const v1::StartLinkageRequest& request, int64_t now);
  // What Start would use for an empty request, and its notices.
  absl::StatusOr<v1::RunPreview> Preview() const;
  absl::StatusOr<v1::LinkageRun> Get(absl::string_view run) const;
  std::vector<v1::LinkageRun> List() const;
  absl::StatusOr<v1::LinkageRun> Cancel(absl::string_view run);
  // Removes the results of runs that were started before `time` (Unix seconds) and have ended,
  // each of which is entered before as RUN_ENDED.
  void RemoveStartedBefore(int64_t time, const EnterDecision& enter);
  // From now on no run can be started. FAILED_PRECONDITION if one is in progress, or if none has
  // finished.
  absl::Status Close();
  // The same, whatever runs there are.
  void CloseAnyway();
  void Reopen();
  // Stops the runs in progress; they are repeated at the next start.
  void Interrupt();

  // Removes a run that has ended, with its files. The ids that it gave to entities stay.
  absl::StatusOr<v1::LinkageRun> Remove(absl::string_view run);
  // Removes records of a site from all that runs have left, and from the register of entity ids.
  // `has_left` says of tokens whether the index has them no more. Adds to `changed` how many
  // finished runs had one of the records: these cannot be fetched any more. The first error, which
  // names the run, is returned once all others are done; call it again then. Only for the worker's
  // thread.
  absl::Status Forget(const std::string& site, const absl::flat_hash_set<RecordPseudonym>& records,
                      const HasLeft& has_left, uint64_t* changed);
  // What has become of entities from one run to another (entity_change_service.proto). Empty `run`:
  // the newest finished one. Ends as CheckUnchanged if records of one are withdrawn meanwhile.
  struct ChangesBetween {
    std::string run;                        // the newer one
    std::vector<std::string> removed_runs;  // of those between the two
  };
  absl::StatusOr<ChangesBetween> EntityChanges(
      const std::string& since, const std::string& run,
      const std::function<absl::Status(const v1::EntityChange&)>& handle) const;

  // Empty: the newest finished run. DATA_LOSS if what `rows` needs is damaged. FAILED_PRECONDITION
  // if records of it have been withdrawn, unless only its summary is needed.
  absl::StatusOr<std::shared_ptr<const RunResult>> Result(
      const std::string& run, RunResult::Rows rows = RunResult::Rows::kAll) const;
  // Whether a result that was opened when so many records had been withdrawn from the run is as it
  // was: FAILED_PRECONDITION if there are more now, NOT_FOUND if the run is removed.
  absl::Status CheckUnchanged(const std::string& run, uint64_t withdrawn_records) const;
  // As Result. FAILED_PRECONDITION also if an earlier release made the run.
  absl::StatusOr<std::unique_ptr<const RunExplanation>> Explanation(const std::string& run) const;
  // The tokens that two records share (shared_tokens.h), in those of the run's datasets that the
  // index has. Errors of both.
  absl::StatusOr<std::vector<v1::SharedToken>> SharedTokens(
      const std::string& run, const v1::RecordName& left, const v1::RecordName& right,
      absl::FunctionRef<bool()> cancelled) const;
  // As Explanation, as people review it. The one asked for last is kept in memory.
  absl::StatusOr<std::shared_ptr<const ReviewRun>> Review(const std::string& run) const;
  // How the scores of a run's pairs are spread, and the overlap of its sites. As Result.
  absl::StatusOr<v1::RunOverview> Overview(const std::string& run) const;
  // Oldest first. Of a result that cannot be opened, only its name and the damage are given; the
  // reason is also logged once.
  std::vector<v1::ResultInfo> ListResults() const;

 private:
  struct Run {
    storage::v1::StoredRun stored;
    std::atomic<bool> cancel = false;
    // Keeps the files of a finished run as `stored` says. Shared while they are opened; never taken
    // with mutex_ held.
    FileLock files;
    bool repeated = false;  // was in progress when the resolver stopped
    bool damage_logged = false;
    bool removal_logged = false;  // that it failed
    bool end_entered = false;     // in the audit log
    // Why run.pb could not be read; `stored` then has the run's name and says FAILED.
    absl::Status damage;
  };

  RunRegister(const Parts& parts, std::unique_ptr<EntityRegister> entities)
      : parts_(parts), entities_(std::move(entities)) {}
  absl::Status OpenFolders();
  absl::StatusOr<std::shared_ptr<Run>> OpenRun(const std::filesystem::path& folder) const;
  // Of a run that is no run any more.
  void RemoveRest(const std::filesystem::path& folder) const;
  // Removes the run's files, run.pb first: after an interruption the next start removes the rest.
  absl::Status RemoveFiles(const Run& run) const;
  absl::Status KeepSeed(Run* run, storage::v1::StoredRun* result) const;
  // The names of runs between the two that are no more.
  std::vector<std::string> RemovedBetween(uint64_t from, uint64_t to) const;
  absl::StatusOr<Plan> PlanOfRun(const v1::StartLinkageRequest& request) const;
  // The run that a request starts from, or whose model it uses; none if it names none.
  absl::StatusOr<std::optional<storage::v1::StoredRun>> BaseOf(
      const v1::StartLinkageRequest& request) const;
  // The run that `run` starts from, whose `datasets` are those of now.
  absl::StatusOr<std::optional<EarlierRun>> EarlierOf(
      const storage::v1::StoredRun& run,
      const std::vector<storage::v1::CommittedDataset>& datasets) const;
  // Finished runs that have entity ids, oldest first, but those that are damaged.
  std::vector<RunFiles> RunsWithEntityIds() const;
  // Forget, of one run.
  absl::StatusOr<uint64_t> ForgetIn(Run& run, const std::string& site,
                                    const absl::flat_hash_set<RecordPseudonym>& records,
                                    const HasLeft& has_left);
  // The error of fetching a run whose records were withdrawn.
  absl::Status WasWithdrawn(const v1::LinkageRun& run) const;
  // Takes over the entity ids of runs that have finished.
  absl::Status CatchUp() const;
  std::filesystem::path FolderOf(const Run& run) const {
    return parts_.folder / run.stored.run().run();
  }
  // One more than the newest there ever was.
  uint64_t NextNumber() const;
  // The finished run, or the newest one if `name` is empty.
  absl::StatusOr<storage::v1::StoredRun> FindFinished(const std::string& name) const;
  // The same with its plan. Until `files` is given up, its files stay as they are.
  struct Held {
    storage::v1::StoredRun stored;
    Plan plan;
    std::filesystem::path folder;
    std::shared_ptr<Run> run;
    FileLock::Reader files;
  };
  absl::StatusOr<Held> HoldFinished(const std::string& name) const;
  absl::Status Save(const Run& run) const;
  void Enqueue(std::shared_ptr<Run> run);
  void Execute(Run* run);
  absl::Status Link(Run* run, storage::v1::StoredRun* result);
  // Null: this process does the run alone.
  absl::StatusOr<std::unique_ptr<SharedRun>> ShareRun(
      const Run& run, const std::string& name,
      const std::vector<storage::v1::CommittedDataset>& datasets) const;
  // The datasets of the run by their numbers of now, which are set in `result`.
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> DatasetsOf(
      storage::v1::StoredRun* result) const;
  void LogDamage(const std::string& name, const absl::Status& status) const;
  // Makes the outcome durable; a failure to do so becomes the outcome.
  void KeepEnded(Run* run, storage::v1::StoredRun result);
  void End(Run* run, storage::v1::StoredRun result, const absl::Status& status, double seconds);

  static constexpr char kRunFile[] = "run.pb";

  const Parts parts_;
  const std::unique_ptr<EntityRegister> entities_;
  mutable std::mutex mutex_;
  std::atomic<bool> closed_ = false;
  std::map<std::string, std::shared_ptr<Run>> runs_;  // names sort by age
  // Closes the run that is kept in memory for reviews, and so its files. With the lock held.
  void CloseReview() {
    reviewed_.reset();
    ++reviews_closed_;
  }

  mutable std::mutex reviewing_;  // held while one is opened; taken before mutex_
  mutable std::shared_ptr<const ReviewRun> reviewed_;
  uint64_t reviews_closed_ = 0;
};

}  // namespace blindlink::resolver
