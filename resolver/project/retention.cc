#include "resolver/project/retention.h"

#include <fcntl.h>

#include <string>
#include <system_error>

#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/index_key.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kDroppedFile[] = "dropped.pb";

// Journals, copies and the spare blocks of flash memory are out of reach: what is enciphered must
// also be gone from them (docs/operations.md).
absl::Status OverwriteAndRemove(const std::filesystem::path& file) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(file, error);
  if (error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  if (error) return ErrnoStatus(error.value(), "overwrite", file);
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(file, O_WRONLY | O_NOFOLLOW));
  BL_RETURN_IF_ERROR(WriteAll(fd.get(), std::string(size, '\0'), file));
  BL_RETURN_IF_ERROR(SyncFile(file));
  std::filesystem::remove(file, error);
  return error ? ErrnoStatus(error.value(), "remove", file) : absl::OkStatus();
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
                                                            const TokenIndex& index, int64_t now) {
  BL_ASSIGN_OR_RETURN(const auto datasets, index.Datasets());
  storage::v1::StoredDroppedIndex dropped;
  dropped.set_dropped_unix_seconds(now);
  dropped.mutable_datasets()->Assign(datasets.begin(), datasets.end());
  BL_RETURN_IF_ERROR(IndexKey::KeepForResults(folder / kIndexKeyFile, folder / kResultsKeyFile));
  BL_RETURN_IF_ERROR(WriteStored(folder / kDroppedFile, dropped));
  return dropped;
}

absl::Status DestroyIndex(const std::filesystem::path& folder) {
  BL_RETURN_IF_ERROR(OverwriteAndRemove(folder / kIndexKeyFile));
  for (const char* name : {"index", "uploads"}) {
    std::error_code error;
    std::filesystem::remove_all(folder / name, error);
    if (error) return ErrnoStatus(error.value(), "remove", folder / name);
  }
  return SyncFolder(folder);
}

}  // namespace blindlink::resolver
