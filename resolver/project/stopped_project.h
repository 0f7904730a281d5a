#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/index_file.pb.h"
#include "common/plan/plan.h"
#include "resolver/index/index_engine.h"
#include "resolver/index/index_key.h"
#include "resolver/project/index_key_folder.h"
#include "resolver/project/project_notes.h"

namespace blindlink::resolver {

// A project whose resolver is stopped: what is needed to read its token index and to put another
// one in its place. Whoever has one must hold the lock of the data directory (data_lock.h).
class StoppedProject {
 public:
  // NOT_FOUND; FAILED_PRECONDITION if the index is dropped or its key is being replaced; DATA_LOSS
  // if a file or the key is damaged.
  static absl::StatusOr<std::unique_ptr<StoppedProject>> Open(
      const std::filesystem::path& data_directory, const IndexKeyFolder& keys,
      const std::string& name);

  const std::string& name() const { return name_; }
  const std::filesystem::path& folder() const { return folder_; }
  const Plan& plan() const { return plan_; }

  // The index in force.
  const IndexToOpen& index() const { return index_; }
  // Where an index is made that is to take its place: by the id of the file that it is made from.
  IndexToOpen IndexFrom(absl::string_view file_id) const;
  // Such folders, of any file.
  absl::StatusOr<std::vector<std::filesystem::path>> ImportFolders() const;
  static bool IsImportFolder(const std::string& name);

  // What a file of this project's index says of itself. Without an id.
  storage::v1::StoredIndexFileHead FileHead() const;
  // FAILED_PRECONDITION unless the file is of this project, its plan, its index key and generation.
  absl::Status CheckIsOurs(const storage::v1::StoredIndexFileHead& head) const;

  // The datasets of the index that the project still needs. FAILED_PRECONDITION if an ingest into
  // it is interrupted: part of it is in the engine's own form. DATA_LOSS if a dataset is missing.
  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> DatasetsIn(
      const TokenIndex& index) const;

 private:
  StoppedProject(std::filesystem::path folder, std::string name, Plan plan,
                 std::unique_ptr<ProjectNotes> notes)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        plan_(std::move(plan)),
        notes_(std::move(notes)) {}

  absl::Status CheckNoIngestIsInterrupted(
      const std::vector<storage::v1::CommittedDataset>& datasets) const;

  const std::filesystem::path folder_;
  const std::string name_;
  const Plan plan_;
  const std::unique_ptr<ProjectNotes> notes_;
  std::string key_check_;
  std::string generation_check_;
  IndexToOpen index_;
};

}  // namespace blindlink::resolver
