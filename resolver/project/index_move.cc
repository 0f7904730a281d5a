#include "resolver/project/index_move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <ctime>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/rocksdb_engine.h"
#include "resolver/indexfile/index_transfer.h"
#include "resolver/project/index_size.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

using Datasets = std::vector<storage::v1::CommittedDataset>;

constexpr char kImportFile[] = "import.pb";

// A file, or an index on this machine, of so many bytes: with what is around them.
uint64_t WithSomeMore(uint64_t bytes) { return bytes + bytes / 16 + (uint64_t{1} << 20); }

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

bool IsOnCluster(const std::filesystem::path& index_folder) {
  std::error_code ignored;
  return std::filesystem::exists(index_folder / kClusterIndexFile, ignored);
}

// The engine that has the index in this folder. `cluster` may be null.
absl::StatusOr<std::shared_ptr<const IndexEngine>> EngineOf(
    const std::filesystem::path& index_folder, const std::shared_ptr<const IndexEngine>& cluster) {
  if (!IsOnCluster(index_folder)) return std::make_shared<RocksDbEngine>();
  if (cluster != nullptr) return cluster;
  return absl::FailedPreconditionError(
      absl::StrCat("the index of ", index_folder.string(),
                   " is on a cluster: give the configuration under which it was exported with "
                   "--old-config, so that it can be removed from there"));
}

std::vector<IndexMove::Dataset> Pair(const Datasets& rows, const std::vector<DatasetSum>& sums) {
  std::vector<IndexMove::Dataset> all;
  for (size_t i = 0; i < rows.size(); ++i) {
    all.push_back({rows[i], i < sums.size() ? sums[i] : DatasetSum()});
  }
  return all;
}

// The id of the file that the index was made from; empty: from none.
absl::StatusOr<std::string> MadeFrom(const std::filesystem::path& index_folder) {
  std::error_code ignored;
  const std::filesystem::path file = index_folder / kImportFile;
  if (!std::filesystem::exists(file, ignored)) return std::string();
  storage::v1::StoredIndexImport import;
  BL_RETURN_IF_ERROR(ReadStored(file, "remove it", &import));
  return import.file_id();
}

absl::Status SameDatasets(const Datasets& in_index, const Datasets& in_file) {
  const bool same = std::equal(
      in_index.begin(), in_index.end(), in_file.begin(), in_file.end(),
      [](const auto& a, const auto& b) { return a.SerializeAsString() == b.SerializeAsString(); });
  if (same) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the index has other datasets than when the file was written: export again");
}

// In one step.
absl::Status Exchange(const std::filesystem::path& one, const std::filesystem::path& other) {
  if (renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) != 0) {
    const int error = errno;
    if (error != EINVAL && error != ENOSYS) return ErrnoStatus(error, "exchange", one);
    return absl::FailedPreconditionError(
        absl::StrCat("the file system of ", one.string(),
                     " cannot exchange two folders in one step: ext4, XFS, Btrfs and tmpfs can"));
  }
  return SyncFolder(one.parent_path());
}

// The engine that has the index in the folder of an import: an unfinished one or, once the import
// has put its own in place of it, the former index.
absl::StatusOr<std::shared_ptr<const IndexEngine>> EngineOfImport(
    const StoppedProject& project, const MoveEngines& engines,
    const std::filesystem::path& folder) {
  BL_ASSIGN_OR_RETURN(const std::string made_from, MadeFrom(project.index().folder));
  const bool is_former = !made_from.empty() && project.IndexFrom(made_from).folder == folder;
  // Whoever discards a former index may have given its configuration as the present one.
  const bool is_on_its_way = !is_former || engines.old_cluster == nullptr;
  return EngineOf(folder,
                  is_on_its_way && !engines.to->IsLocal() ? engines.to : engines.old_cluster);
}

// Removes the folders of imports, but not `kept`.
absl::Status RemoveImports(const StoppedProject& project, const MoveEngines& engines,
                           const std::filesystem::path& kept) {
  BL_ASSIGN_OR_RETURN(const std::vector<std::filesystem::path> folders, project.ImportFolders());
  for (const std::filesystem::path& folder : folders) {
    if (folder == kept) continue;
    BL_ASSIGN_OR_RETURN(const auto engine, EngineOfImport(project, engines, folder));
    BL_RETURN_IF_ERROR(engine->Remove(folder));
  }
  return SyncFolder(project.folder());
}

// The rest of an import once the new index is in its place: the former one, which now has the
// folder of the new one, is removed as soon as the new one is seen to open there.
absl::Status EndImport(const StoppedProject& project, const MoveEngines& engines) {
  {
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenIndex> index, engines.to->Open(project.index()));
    BL_RETURN_IF_ERROR(index->Datasets().status());
  }
  return RemoveImports(project, engines, /*kept=*/{});
}

// Makes the new index in its own folder, whole and compared, and closes it.
absl::StatusOr<std::vector<DatasetSum>> MakeIndex(const StoppedProject& project,
                                                  const IndexEngine& engine, IndexFileReader& file,
                                                  Step step) {
  const IndexToOpen to = project.IndexFrom(file.head().file_id());
  std::vector<DatasetSum> sums;
  {
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenIndex> index, engine.Open(to));
    BL_ASSIGN_OR_RETURN(sums, ImportDatasets(file, *index, step));
  }
  storage::v1::StoredIndexImport import;
  import.set_file_id(file.head().file_id());
  BL_RETURN_IF_ERROR(WriteStored(to.folder / kImportFile, import));
  BL_RETURN_IF_ERROR(engine.AllowMove(to.folder));
  return sums;
}

// Of the index in force, which must be what was exported.
absl::Status CheckUnchanged(const StoppedProject& project, const MoveEngines& engines,
                            const IndexFileReader& file) {
  BL_ASSIGN_OR_RETURN(const auto engine, EngineOf(project.index().folder, engines.old_cluster));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenIndex> index, engine->Open(project.index()));
  BL_ASSIGN_OR_RETURN(const Datasets datasets, project.DatasetsIn(*index));
  return SameDatasets(datasets, file.datasets());
}

absl::Status DoesNotExist(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat(file.string(), " exists: remove it, or choose another name"));
}

}  // namespace

absl::StatusOr<IndexMove> ExportIndex(const StoppedProject& project, const IndexEngine& engine,
                                      const MoveOptions& options, Step step) {
  BL_RETURN_IF_ERROR(DoesNotExist(options.file));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenIndex> index, engine.Open(project.index()));
  BL_ASSIGN_OR_RETURN(const Datasets datasets, project.DatasetsIn(*index));
  IndexMove move;
  move.file_bytes = WithSomeMore(EstimateIndexBytes(project.plan(), datasets));
  BL_ASSIGN_OR_RETURN(move.free_bytes, FreeBytes(FolderOf(options.file)));
  if (options.dry_run) {
    move.datasets = Pair(datasets, {});
    return move;
  }
  BL_RETURN_IF_ERROR(CheckRoom(FolderOf(options.file), move.file_bytes, "the file"));
  storage::v1::StoredIndexFileHead head = project.FileHead();
  head.set_exported_unix_seconds(time(nullptr));
  BL_ASSIGN_OR_RETURN(
      const std::unique_ptr<IndexFileWriter> file,
      IndexFileWriter::Create(options.file, std::move(head), *project.index().cipher, datasets));
  BL_ASSIGN_OR_RETURN(const std::vector<DatasetSum> sums,
                      ExportDatasets(*index, datasets, *file, step));
  BL_ASSIGN_OR_RETURN(move.file_bytes, file->Finish());
  move.datasets = Pair(datasets, sums);
  return move;
}

absl::StatusOr<IndexMove> ImportIndex(const StoppedProject& project, const MoveEngines& engines,
                                      const MoveOptions& options, Step step) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<IndexFileReader> file,
                      IndexFileReader::Open(options.file));
  BL_RETURN_IF_ERROR(project.CheckIsOurs(file->head()));
  BL_RETURN_IF_ERROR(file->Unlock(*project.index().cipher));
  IndexMove move;
  move.file_bytes = file->size();
  BL_ASSIGN_OR_RETURN(move.free_bytes, FreeBytes(project.folder()));
  const std::filesystem::path folder = project.IndexFrom(file->head().file_id()).folder;
  BL_ASSIGN_OR_RETURN(const std::string made_from, MadeFrom(project.index().folder));
  if (made_from == file->head().file_id()) {
    move.was_done = true;
    move.datasets = Pair(file->datasets(), {});
    if (!options.dry_run) BL_RETURN_IF_ERROR(EndImport(project, engines));
    return move;
  }
  BL_RETURN_IF_ERROR(CheckUnchanged(project, engines, *file));
  if (!options.dry_run) BL_RETURN_IF_ERROR(RemoveImports(project, engines, /*kept=*/folder));
  if (engines.to->IsLocal()) {
    // What an interrupted import has written needs no room again.
    const uint64_t there = engines.to->LocalBytes(folder);
    const uint64_t needed = WithSomeMore(file->size());
    BL_RETURN_IF_ERROR(
        CheckRoom(project.folder(), needed - std::min(needed, there), "the new index"));
  }
  if (options.dry_run) {
    BL_ASSIGN_OR_RETURN(const std::vector<DatasetSum> sums, CheckDatasets(*file, step));
    move.datasets = Pair(file->datasets(), sums);
    return move;
  }
  BL_ASSIGN_OR_RETURN(const std::vector<DatasetSum> sums,
                      MakeIndex(project, *engines.to, *file, step));
  move.datasets = Pair(file->datasets(), sums);
  BL_RETURN_IF_ERROR(Exchange(folder, project.index().folder));
  BL_RETURN_IF_ERROR(EndImport(project, engines));
  return move;
}

absl::Status DiscardImports(const StoppedProject& project, const MoveEngines& engines) {
  return RemoveImports(project, engines, /*kept=*/{});
}

absl::StatusOr<std::vector<std::filesystem::path>> DiscardLocalImports(
    const std::filesystem::path& project_folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(project_folder, error)) {
    if (StoppedProject::IsImportFolder(entry.path().filename())) found.push_back(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", project_folder);
  std::vector<std::filesystem::path> on_cluster;
  for (const std::filesystem::path& folder : found) {
    if (IsOnCluster(folder)) {
      on_cluster.push_back(folder);
    } else {
      BL_RETURN_IF_ERROR(RocksDbEngine().Remove(folder));
    }
  }
  return on_cluster;
}

}  // namespace blindlink::resolver
