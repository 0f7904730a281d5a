#include "resolver/project/retention.h"

#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/results/result_rows.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kDroppedFile[] = "dropped.pb";

// Whether it is the index of a generation of the index key: "index", "index-1".
bool IsIndex(const std::string& name) {
  return name == "index" || absl::StartsWith(name, "index-");
}

// What runs noted of single tokens, which only a later run would need.
absl::Status RemoveTokenUses(const std::filesystem::path& runs) {
  std::error_code error;
  if (!std::filesystem::exists(runs, error)) return absl::OkStatus();
  for (const auto& run : std::filesystem::directory_iterator(runs, error)) {
    bool removed = false;
    for (const char* ending : {"", ".new"}) {
      const std::filesystem::path file = run.path() / absl::StrCat(kTokenUseFile, ending);
      removed = std::filesystem::remove(file, error) || removed;
      if (error) return ErrnoStatus(error.value(), "remove", file);
    }
    if (removed) BL_RETURN_IF_ERROR(SyncFolder(run.path()));
  }
  return error ? ErrnoStatus(error.value(), "read", runs) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<storage::v1::StoredDroppedIndex>> ReadDropped(
    const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / kDroppedFile)) return std::nullopt;
  storage::v1::StoredDroppedIndex dropped;
  BL_RETURN_IF_ERROR(ReadStored(folder / kDroppedFile, "restore it from a backup", &dropped));
  return dropped;
}

absl::StatusOr<storage::v1::StoredDroppedIndex> NoteDropped(const std::filesystem::path& folder,
                                                            const IndexKeyFolder& keys,
                                                            const TokenIndex& index, int64_t now) {
  BL_ASSIGN_OR_RETURN(const auto datasets, index.Datasets());
  storage::v1::StoredDroppedIndex dropped;
  dropped.set_dropped_unix_seconds(now);
  dropped.mutable_datasets()->Assign(datasets.begin(), datasets.end());
  BL_RETURN_IF_ERROR(keys.KeepForResults(folder.filename()));
  BL_RETURN_IF_ERROR(WriteStored(folder / kDroppedFile, dropped));
  return dropped;
}

absl::Status DestroyIndex(const std::filesystem::path& folder, const IndexKeyFolder& keys,
                          const IndexEngine& engine) {
  BL_RETURN_IF_ERROR(keys.DestroyAllButResults(folder.filename()));
  const std::filesystem::path uploads = folder / "uploads";
  std::error_code error;
  std::filesystem::remove_all(uploads, error);
  if (error) return ErrnoStatus(error.value(), "remove", uploads);
  BL_RETURN_IF_ERROR(RemoveTokenUses(folder / "runs"));
  BL_RETURN_IF_ERROR(RemoveIndexes(folder, engine));
  return SyncFolder(folder);
}

absl::Status RemoveIndexes(const std::filesystem::path& folder, const IndexEngine& engine) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return absl::OkStatus();
  std::vector<std::filesystem::path> indexes;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (IsIndex(entry.path().filename())) indexes.push_back(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder);
  // One that is elsewhere must not keep the others.
  absl::Status removed;
  for (const std::filesystem::path& index : indexes) removed.Update(engine.Remove(index));
  return removed;
}

}  // namespace blindlink::resolver
