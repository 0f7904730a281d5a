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
#include "blindlink/v1/project_service.pb.h"
#include "blindlink/v1/retention_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/droppable_index.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/run_register.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {

// Everything that belongs to one project, in its own folder (docs/formats/resolver_storage.md):
// destroying the folder leaves nothing of the project. Thread-safe.
class Project {
 public:
  // Checks the request and returns its plan. INVALID_ARGUMENT, with the plan's line and field.
  static absl::StatusOr<Plan> Check(const v1::CreateProjectRequest& request);
  // Writes a new project into `folder`, from a request that was checked. project.pb is written
  // last; a folder without it is not a project.
  static absl::Status Create(const std::filesystem::path& folder,
                             const v1::CreateProjectRequest& request, const Plan& plan,
                             int64_t now);
  // Reads project.pb. DATA_LOSS if it is damaged.
  static absl::StatusOr<storage::v1::StoredProject> ReadParties(
      const std::filesystem::path& folder);
  // Opens a project and resumes its unfinished work. RESOURCE_EXHAUSTED if the disk has too little
  // room to open the index.
  static absl::StatusOr<std::unique_ptr<Project>> Open(const std::filesystem::path& folder,
                                                       const WorkLimits& limits,
                                                       BackgroundWorker& worker);

  const std::string& name() const { return stored_.name(); }
  bool HasSite(absl::string_view site) const;
  bool HasResearcher(absl::string_view researcher) const;
  v1::ProjectInfo Info(bool with_plan_text) const;

  // Destroys the index and its key; results stay (retention_service.proto, whose errors these are).
  // Does nothing if it is dropped already. After an error of the disk while files are removed, the
  // index is dropped all the same, and the next start removes what is left.
  absl::StatusOr<v1::DroppedIndex> DropIndex(int64_t now);

  UploadRegister& uploads() { return *uploads_; }
  RunRegister& runs() { return *runs_; }

 private:
  Project(storage::v1::StoredProject stored, Plan plan, PlanFolder plans, IndexKey key)
      : stored_(std::move(stored)),
        plan_(std::move(plan)),
        plans_(std::move(plans)),
        key_(std::move(key)) {}

  absl::Status OpenIndex();
  // Refuses further uploads and runs.
  absl::Status Close();
  absl::Status Drop(int64_t now);

  std::mutex dropping_;
  std::optional<storage::v1::StoredDroppedIndex> dropped_;
  std::filesystem::path folder_;
  const storage::v1::StoredProject stored_;
  const Plan plan_;
  const PlanFolder plans_;
  const IndexKey key_;
  std::unique_ptr<ProjectNotes> notes_;
  std::unique_ptr<DroppableIndex> index_;
  std::unique_ptr<UploadRegister> uploads_;
  std::unique_ptr<RunRegister> runs_;
};

}  // namespace blindlink::resolver
