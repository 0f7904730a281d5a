#include "resolver/project/stopped_project.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/index_rotation.h"
#include "resolver/project/plan_folder.h"
#include "resolver/project/project.h"
#include "resolver/project/retention.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// "index-" as those of later generations (retention.cc): a purge removes these too.
constexpr char kImportFolder[] = "index-import-";

absl::Status DamagedKey(const std::string& project) {
  return absl::DataLossError(absl::StrCat("the index key of project ", project,
                                          " is damaged or of another project: restore it from a "
                                          "backup"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoppedProject>> StoppedProject::Open(
    const std::filesystem::path& data_directory, const IndexKeyFolder& keys,
    const std::string& name) {
  BL_RETURN_IF_ERROR(CheckName("project", name));
  const std::filesystem::path folder = data_directory / "projects" / name;
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "project.pb", ignored) || Project::IsBeingPurged(folder)) {
    return absl::NotFoundError(
        absl::StrCat("there is no project ", name, " in ", data_directory.string()));
  }
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredProject stored, Project::ReadParties(folder));
  BL_ASSIGN_OR_RETURN(const auto dropped, ReadDropped(folder));
  if (dropped.has_value()) return IndexIsDropped();
  BL_ASSIGN_OR_RETURN(Plan plan, PlanFolder(folder / "plans").Load(stored.plan_digest()));
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ProjectNotes> notes, ProjectNotes::Open(folder / "notes.pb"));
  const storage::v1::StoredIndexKey index_key = notes->index_key();
  if (index_key.rotating() || index_key.retiring()) {
    return absl::FailedPreconditionError(
        "the index key is being replaced: start the resolver and wait for its end (project keys)");
  }
  BL_ASSIGN_OR_RETURN(const IndexKey key, keys.Read(name, folder));
  BL_ASSIGN_OR_RETURN(const IndexKeyGeneration generation,
                      keys.ReadGeneration(name, index_key.generation()));
  const bool is_ours = stored.index_key_check().empty() || stored.index_key_check() == key.check();
  if (!is_ours || generation.check() != index_key.key_check()) return DamagedKey(name);

  std::unique_ptr<StoppedProject> project(
      new StoppedProject(folder, name, std::move(plan), std::move(notes)));
  project->key_check_ = key.check();
  project->generation_check_ = generation.check();
  project->index_ = IndexRotation::IndexOf(folder, name, project->plan_, key, generation);
  if (!std::filesystem::exists(project->index_.folder, ignored)) {
    return absl::DataLossError(absl::StrCat("project ", name, " has no index in ", folder.string(),
                                            ": restore the data directory from a backup"));
  }
  return project;
}

IndexToOpen StoppedProject::IndexFrom(absl::string_view file_id) const {
  IndexToOpen index = index_;
  index.folder = folder_ / absl::StrCat(kImportFolder, HexEncode(file_id));
  return index;
}

bool StoppedProject::IsImportFolder(const std::string& name) {
  return absl::StartsWith(name, kImportFolder);
}

absl::StatusOr<std::vector<std::filesystem::path>> StoppedProject::ImportFolders() const {
  std::vector<std::filesystem::path> folders;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    if (IsImportFolder(at->path().filename())) folders.push_back(at->path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder_);
  return folders;
}

storage::v1::StoredIndexFileHead StoppedProject::FileHead() const {
  storage::v1::StoredIndexFileHead head;
  head.set_project(name_);
  head.set_plan_digest(std::string(AsView(plan_.digest())));
  head.set_index_key_check(key_check_);
  head.set_generation(notes_->index_key().generation());
  head.set_generation_check(generation_check_);
  return head;
}

absl::Status StoppedProject::CheckIsOurs(const storage::v1::StoredIndexFileHead& head) const {
  const storage::v1::StoredIndexFileHead ours = FileHead();
  if (head.project() != ours.project()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the file is of another project than ", name_, ": give the file of this one"));
  }
  if (head.plan_digest() != ours.plan_digest()) {
    return absl::FailedPreconditionError(absl::StrCat("the file is of a project ", name_,
                                                      " with another plan: give the file of this "
                                                      "one"));
  }
  if (head.index_key_check() != ours.index_key_check()) {
    return absl::FailedPreconditionError(absl::StrCat("the file is of a project ", name_,
                                                      " with another index key: give the file of "
                                                      "this one"));
  }
  if (head.generation() == ours.generation() &&
      head.generation_check() == ours.generation_check()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "the index key was replaced after the file was written: export again");
}

absl::Status StoppedProject::CheckNoIngestIsInterrupted(
    const std::vector<storage::v1::CommittedDataset>& datasets) const {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder_ / "uploads", error), end;
       !error && at != end; at.increment(error)) {
    if (at->path().filename() != "upload.pb") continue;
    storage::v1::StoredUpload upload;
    BL_RETURN_IF_ERROR(ReadStored(at->path(), "start the resolver, which says more", &upload));
    const bool is_whole = std::any_of(datasets.begin(), datasets.end(), [&](const auto& dataset) {
      return dataset.dataset_number() == upload.dataset_number();
    });
    if (upload.dataset_number() == 0 || is_whole) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "the ingest of dataset ", upload.manifest().dataset(), " of site ",
        upload.manifest().site(),
        " has not ended: start the resolver, and wait for its end or discard that upload"));
  }
  const bool none = error == std::errc::no_such_file_or_directory;
  return error && !none ? ErrnoStatus(error.value(), "read", folder_ / "uploads")
                        : absl::OkStatus();
}

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> StoppedProject::DatasetsIn(
    const TokenIndex& index) const {
  BL_ASSIGN_OR_RETURN(std::vector<storage::v1::CommittedDataset> datasets, index.Datasets());
  BL_RETURN_IF_ERROR(CheckNoIngestIsInterrupted(datasets));
  std::erase_if(datasets,
                [&](const auto& dataset) { return notes_->IsRemoved(dataset.dataset_number()); });
  for (const uint32_t noted : notes_->committed()) {
    if (notes_->IsRemoved(noted)) continue;
    const bool is_there = std::any_of(datasets.begin(), datasets.end(), [&](const auto& dataset) {
      return dataset.dataset_number() == noted;
    });
    if (is_there) continue;
    return absl::DataLossError(
        absl::StrCat("the token index lacks dataset number ", noted,
                     ", which was committed: restore the data directory from a backup"));
  }
  return datasets;
}

}  // namespace blindlink::resolver
