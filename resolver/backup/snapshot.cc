#include "resolver/backup/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/base/unfinished_files.h"
#include "resolver/backup/backup_manifest.h"
#include "resolver/index/rocksdb/unused_tables.h"
#include "resolver/storage/backup_staging.h"
#include "resolver/storage/data_lock.h"

namespace blindlink::resolver {
namespace {

// Two places of it are written in turn (resolver/audit/head_file.h).
constexpr char kWrittenInPlace[] = "audit/head";

bool IsUnfinished(const std::filesystem::path& name) {
  return name.extension() == kUnfinishedSuffix;
}

// Files of RocksDB that its next process makes anew.
bool IsRocksDbsOwn(const std::filesystem::path& path) {
  if (path.parent_path().filename() != kRocksDbFolder) return false;
  const std::string name = path.filename();
  return name == "LOCK" || name == "LOG" || absl::StartsWith(name, "LOG.old.");
}

// Folders whose files are emptied at the start of a resolver, and have no use after its end.
bool IsTemporary(const std::filesystem::path& path) {
  const std::filesystem::path name = path.filename();
  if (name == "temporary") return true;
  return name == "incoming" && absl::StartsWith(path.parent_path().filename().string(), "index");
}

class Taker {
 public:
  explicit Taker(const SnapshotOf& of)
      : of_(of),
        left_out_({of.data_directory / kLockFile, of.data_directory / kStagingFolder,
                   of.data_directory / kManifestFile}) {}

  absl::StatusOr<Snapshot> Take() {
    BL_RETURN_IF_ERROR(TakeKeys());
    BL_RETURN_IF_ERROR(TakeFolder(of_.data_directory));
    return std::move(snapshot_);
  }

 private:
  absl::Status TakeFolder(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      BL_RETURN_IF_ERROR(TakeEntry(entry.path()));
    }
    return error ? ErrnoStatus(error.value(), "read", folder) : absl::OkStatus();
  }

  absl::Status TakeEntry(const std::filesystem::path& path) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return ErrnoStatus(errno, "examine", path);
    if (left_out_.contains(path) || IsTheKeys(info)) return absl::OkStatus();
    const std::filesystem::path relative = path.lexically_relative(of_.data_directory);
    if (S_ISDIR(info.st_mode)) {
      snapshot_.folders.push_back(relative);
      return IsTemporary(path) ? absl::OkStatus() : TakeFolder(path);
    }
    if (!S_ISREG(info.st_mode)) {
      return absl::FailedPreconditionError(
          absl::StrCat(path.string(),
                       " is neither a file nor a folder, so it is not known how to back it up: "
                       "put what it stands for in its place, or back the disk up as a whole"));
    }
    if (IsUnfinished(path) || IsRocksDbsOwn(path)) return absl::OkStatus();
    return TakeFile(path, relative, static_cast<uint64_t>(info.st_size));
  }

  absl::Status TakeFile(const std::filesystem::path& path, const std::filesystem::path& relative,
                        uint64_t size) {
    SnapshotFile& file = snapshot_.files.emplace_back();
    file.path = relative;
    file.size = size;
    if (relative == kWrittenInPlace) {
      BL_ASSIGN_OR_RETURN(file.content, ReadFile(path));
      return absl::OkStatus();
    }
    file.held = of_.staging / absl::StrCat(snapshot_.files.size());
    if (link(path.c_str(), file.held.c_str()) == 0) return absl::OkStatus();
    return CannotHold(errno, path);
  }

  static absl::Status CannotHold(int error, const std::filesystem::path& path) {
    if (error == ENOSPC || error == EDQUOT) return ErrnoStatus(error, "give a name to", path);
    return absl::FailedPreconditionError(
        absl::StrCat("cannot give ", path.string(),
                     " a second name, which a backup needs (hard links, all of data_directory on "
                     "one file system): ",
                     std::error_code(error, std::generic_category()).message(),
                     "; stop the resolver and copy the folder instead"));
  }

  bool IsTheKeys(const struct stat& info) const {
    return S_ISDIR(info.st_mode) && info.st_dev == keys_.st_dev && info.st_ino == keys_.st_ino;
  }

  absl::Status TakeKeys() {
    if (stat(of_.keys_directory.c_str(), &keys_) != 0) {
      return ErrnoStatus(errno, "examine", of_.keys_directory);
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(of_.keys_directory, error)) {
      const std::filesystem::path& path = entry.path();
      if (!entry.is_regular_file() || IsUnfinished(path) || path.filename() == kManifestFile) {
        continue;
      }
      BL_RETURN_IF_ERROR(TakeKey(path, entry.file_size()));
    }
    return error ? ErrnoStatus(error.value(), "read", of_.keys_directory) : absl::OkStatus();
  }

  // Key files are overwritten before they are removed.
  absl::Status TakeKey(const std::filesystem::path& path, uint64_t size) {
    BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY | O_NOFOLLOW));
    SnapshotKey& key = snapshot_.keys.emplace_back();
    key.path = path.filename();
    key.content = SecretBytes::OfSize(size);
    return ReadAt(fd.get(), 0, key.content.RevealForWriting().data(), size, path);
  }

  const SnapshotOf& of_;
  const std::set<std::filesystem::path> left_out_;
  struct stat keys_ {};
  Snapshot snapshot_;
};

}  // namespace

absl::StatusOr<Snapshot> TakeSnapshot(const SnapshotOf& of) { return Taker(of).Take(); }

}  // namespace blindlink::resolver
