#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/storage/v1/retention_storage.pb.h"
#include "blindlink/v1/key_rotation_service.pb.h"
#include "blindlink/v1/project_service.pb.h"
#include "blindlink/v1/retention_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/access/grant_register.h"
#include "resolver/access/released_counts.h"
#include "resolver/audit/own_decision.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_engine.h"
#include "resolver/index/index_key.h"
#include "resolver/index/switchable_token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/dataset_changes.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/envelope_relay.h"
#include "resolver/project/epoch_register.h"
#include "resolver/project/index_key_folder.h"
#include "resolver/project/index_rotation.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/project_parties.h"
#include "resolver/project/run_register.h"
#include "resolver/project/upload_register.h"
#include "resolver/review/review_register.h"

namespace blindlink::resolver {

// Everything that belongs to one project, in its own folder (docs/formats/resolver_storage.md), but
// its index key: destroying the folder and the key leaves nothing of the project. Thread-safe.
class Project {
 public:
  // Checks the request and returns its plan. INVALID_ARGUMENT, with the plan's line and field.
  static absl::StatusOr<Plan> Check(const v1::CreateProjectRequest& request);
  // Writes a new project into `folder`, from a request that was checked. project.pb is written
  // last; a folder without it is not a project. After an error no index key is left.
  static absl::Status Create(const std::filesystem::path& folder, const IndexKeyFolder& keys,
                             const v1::CreateProjectRequest& request, const Plan& plan,
                             int64_t now);
  // Makes what is in `folder` useless, durably: its keys are gone, and it is no project any more.
  // What remains is to be removed (IsBeingPurged), also after a restart.
  static absl::Status BeginPurge(const std::filesystem::path& folder, const IndexKeyFolder& keys);
  static bool IsBeingPurged(const std::filesystem::path& folder);
  // Reads project.pb. DATA_LOSS if it is damaged.
  static absl::StatusOr<storage::v1::StoredProject> ReadParties(
      const std::filesystem::path& folder);
  // Opens a project and resumes its unfinished work. `engine` and `board`, on which workers see its
  // runs, must outlive it. The end of an epoch that no call has asked for is entered with `enter`;
  // empty: nowhere. RESOURCE_EXHAUSTED if the disk has too little room to open the index.
  static absl::StatusOr<std::unique_ptr<Project>> Open(const std::filesystem::path& folder,
                                                       const IndexKeyFolder& keys,
                                                       const IndexEngine& engine,
                                                       const WorkLimits& limits,
                                                       BackgroundWorker& worker, WorkBoard& board,
                                                       const EnterDecision& enter = {});

  const std::string& name() const { return name_; }
  // Who takes part now; a later party may join at any moment.
  const ProjectParties& parties() const { return parties_; }
  // Lets a party join (ProjectParties::Add). FAILED_PRECONDITION also if the index is dropped and
  // it is a site. What was sent, and every run and grant, stays as it is.
  absl::Status AddParty(const v1::AddPartyRequest& request, int64_t now);
  v1::ProjectInfo Info(bool with_plan_text) const;

  v1::ReleaseMode release() const { return release_; }
  const v1::RetentionRules& retention() const { return retention_; }
  const Plan& plan() const { return plan_; }
  // For sorting.
  const std::filesystem::path& temporary_folder() const { return temporary_folder_; }

  GrantRegister& grants() { return *grants_; }
  ReleasedCounts& released() { return *released_; }
  // What people decided about pairs; null unless the project's plan has `review`.
  ReviewRegister* review() { return review_.get(); }
  // Destroys the index and its key; results stay (retention_service.proto, whose errors these are).
  // Does nothing if it is dropped already. After an error of the disk while files are removed, the
  // index is dropped all the same, and the next start removes what is left.
  absl::StatusOr<v1::DroppedIndex> DropIndex(int64_t now);

  UploadRegister& uploads() { return *uploads_; }
  RunRegister& runs() { return *runs_; }
  EnvelopeRelay& envelopes() { return *envelopes_; }
  EpochRegister& epochs() { return *epochs_; }
  DatasetChanges& changes() { return *changes_; }
  IndexRotation& index_rotation() { return *index_rotation_; }
  // The epochs of the token key and the state of the index key.
  absl::StatusOr<v1::ProjectKeys> Keys() const;

 private:
  static constexpr char kProjectFile[] = "project.pb";

  Project(std::filesystem::path folder, const IndexKeyFolder& keys, const IndexEngine& engine,
          storage::v1::StoredProject stored, Plan plan, PlanFolder plans, IndexKey key)
      : folder_(std::move(folder)),
        keys_(keys),
        engine_(engine),
        name_(stored.name()),
        release_(stored.release()),
        retention_(stored.retention()),
        parties_(folder_ / kProjectFile, std::move(stored)),
        plan_(std::move(plan)),
        plans_(std::move(plans)),
        key_(std::move(key)) {}

  // Opens the index under the generation of the key that the notes name, or none if it is dropped.
  absl::Status OpenIndex();
  absl::Status OpenRegisters(const WorkLimits& limits, BackgroundWorker& worker, WorkBoard& board);
  void OpenKeyRotation(const WorkLimits& limits, BackgroundWorker& worker,
                       const EnterDecision& enter);
  void ResumeWork();
  // An upload has been ingested or is gone.
  void WhenUploadIsSettled();
  // Refuses further uploads, runs and rotations of the index key.
  absl::Status Close();
  void Reopen();
  absl::Status Drop(int64_t now);

  const std::filesystem::path folder_;
  const IndexKeyFolder keys_;
  const IndexEngine& engine_;
  std::mutex dropping_;
  std::optional<storage::v1::StoredDroppedIndex> dropped_;
  const std::string name_;
  const v1::ReleaseMode release_;
  const v1::RetentionRules retention_;
  ProjectParties parties_;
  const Plan plan_;
  const PlanFolder plans_;
  IndexKey key_;
  std::filesystem::path temporary_folder_;
  std::unique_ptr<GrantRegister> grants_;
  std::unique_ptr<ReleasedCounts> released_;
  std::unique_ptr<ReviewRegister> review_;
  std::unique_ptr<ProjectNotes> notes_;
  std::unique_ptr<EnvelopeRelay> envelopes_;
  std::unique_ptr<SwitchableTokenIndex> index_;
  std::unique_ptr<UploadRegister> uploads_;
  std::unique_ptr<RunRegister> runs_;
  std::unique_ptr<EpochRegister> epochs_;
  std::unique_ptr<DatasetChanges> changes_;
  std::unique_ptr<IndexRotation> index_rotation_;
};

}  // namespace blindlink::resolver
