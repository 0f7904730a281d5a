#include "resolver/backup/make_backup.h"

#include <errno.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/disk_room.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/cli/version.h"
#include "common/telemetry/progress.h"
#include "resolver/audit/audit_log.h"
#include "resolver/audit/stored_log.h"
#include "resolver/backup/backup_folder.h"
#include "resolver/backup/halted_process.h"
#include "resolver/backup/snapshot.h"
#include "resolver/index/index_engine.h"
#include "resolver/index/rocksdb/unused_tables.h"
#include "resolver/storage/backup_staging.h"
#include "resolver/storage/data_lock.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kRoomForSmallThings = uint64_t{1} << 20;

// Files that others own would be restored as this user's, whom the resolver's could not read.
absl::Status CheckUser(const std::filesystem::path& data_directory) {
  struct stat info {};
  if (stat(data_directory.c_str(), &info) != 0) {
    return ErrnoStatus(errno, "examine", data_directory);
  }
  if (info.st_uid == geteuid()) return absl::OkStatus();
  const passwd* owner = getpwuid(info.st_uid);  // NOLINT(concurrency-mt-unsafe): one thread
  return absl::FailedPreconditionError(absl::StrCat(
      data_directory.string(), " belongs to another user: make the backup as that one, ",
      "runuser -u ", owner != nullptr ? owner->pw_name : "USER",
      " -- blindlink-resolver backup ..."));
}

absl::Status CheckLiesOutside(const std::filesystem::path& out,
                              const std::filesystem::path& folder) {
  std::error_code error;
  const auto inner = std::filesystem::weakly_canonical(out, error);
  if (error) return ErrnoStatus(error.value(), "find", out);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  if (error) return ErrnoStatus(error.value(), "find", folder);
  const std::filesystem::path relative = inner.lexically_relative(outer);
  if (relative.empty() || *relative.begin() == "..") return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(out.string(), " lies in ", folder.string(),
                   ": put the backup elsewhere, best on another disk"));
}

absl::Status CheckPlaces(const BackupRequest& request) {
  for (const std::filesystem::path& out : {request.out, request.keys_out}) {
    if (out.empty()) continue;
    BL_RETURN_IF_ERROR(CheckLiesOutside(out, request.data_directory));
    BL_RETURN_IF_ERROR(CheckLiesOutside(out, request.keys_directory));
  }
  if (request.keys_out.empty()) return absl::OkStatus();
  return CheckLiesOutside(request.keys_out, request.out);
}

absl::StatusOr<Snapshot> TakeWhileHalted(const SnapshotOf& of, pid_t pid, BackupReport* report) {
  const auto begin = std::chrono::steady_clock::now();
  BL_ASSIGN_OR_RETURN(const auto halted, HaltedProcess::Halt(pid));
  BL_ASSIGN_OR_RETURN(const std::optional<pid_t> holder, HolderOfData(of.data_directory));
  if (holder != pid) {
    return absl::AbortedError("the resolver was started or stopped meanwhile: try again");
  }
  BL_ASSIGN_OR_RETURN(Snapshot snapshot, TakeSnapshot(of));
  BL_RETURN_IF_ERROR(halted->Resume());
  report->was_running = true;
  report->halted = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - begin);
  return snapshot;
}

absl::StatusOr<Snapshot> TakeOneMoment(const SnapshotOf& of, BackupReport* report) {
  BL_ASSIGN_OR_RETURN(const std::optional<pid_t> holder, HolderOfData(of.data_directory));
  if (holder.has_value()) return TakeWhileHalted(of, *holder, report);
  BL_ASSIGN_OR_RETURN(const UniqueFd lock, LockData(of.data_directory));
  return TakeSnapshot(of);
}

// A sorted file of RocksDB never changes once it belongs to the index.
bool IsTable(const std::filesystem::path& path) {
  return path.extension() == ".sst" && path.parent_path().filename() == kRocksDbFolder;
}

// Puts the files of a snapshot into a folder.
class Filler {
 public:
  Filler(const Snapshot& snapshot, BackupFolder& folder)
      : snapshot_(snapshot), folder_(folder), progress_("backing up", "bytes", TotalOf(snapshot)) {}

  absl::Status Fill() {
    for (const std::filesystem::path& folder : snapshot_.folders) {
      BL_RETURN_IF_ERROR(folder_.MakeFolder(folder));
    }
    // Links first: they show whether there must be room for the index.
    std::vector<const SnapshotFile*> to_copy;
    uint64_t bytes_to_copy = kRoomForSmallThings;
    for (const SnapshotFile& file : snapshot_.files) {
      if (IsTable(file.path) && folder_.Link(file.path, file.held)) continue;
      to_copy.push_back(&file);
      bytes_to_copy += file.size;
    }
    BL_RETURN_IF_ERROR(CheckRoom(folder_.partial(), bytes_to_copy, "the backup"));
    for (const SnapshotFile* file : to_copy) BL_RETURN_IF_ERROR(Put(*file));
    return absl::OkStatus();
  }

  // Removes what was being added to the indexes, and finds out whether they are whole.
  absl::Status CheckIndexes() {
    for (const std::filesystem::path& folder : snapshot_.folders) {
      if (folder.filename() != kRocksDbFolder) continue;
      BL_ASSIGN_OR_RETURN(const auto unused, UnusedTables(folder_.partial() / folder));
      for (const std::filesystem::path& table : unused) {
        BL_RETURN_IF_ERROR(folder_.Remove(folder / table.filename()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Finish(BackupManifest manifest) {
    BL_RETURN_IF_ERROR(
        folder_.Finish(std::move(manifest), [this](uint64_t bytes) { Advance(bytes); }));
    progress_.Finish();
    return absl::OkStatus();
  }

 private:
  static uint64_t TotalOf(const Snapshot& snapshot) {
    uint64_t total = 0;
    for (const SnapshotFile& file : snapshot.files) total += file.size;
    return total;
  }

  absl::Status Put(const SnapshotFile& file) {
    if (file.held.empty()) return folder_.Write(file.path, file.content);
    return folder_.Copy(file.path, file.held, file.size,
                        [this](uint64_t bytes) { Advance(bytes); });
  }

  void Advance(uint64_t bytes) {
    done_ += bytes;
    progress_.Set(done_);
  }

  const Snapshot& snapshot_;
  BackupFolder& folder_;
  Progress progress_;
  uint64_t done_ = 0;
};

// In words, what whoever restores the backup needs besides.
std::vector<std::string> LeftOut(const BackupRequest& request, const Snapshot& snapshot) {
  std::vector<std::string> left_out;
  if (request.keys_out.empty()) {
    left_out.push_back(
        absl::StrCat("the keys of indexes and grants in ", request.keys_directory.string(),
                     ": without them nothing of the backup can be used (--keys-out)"));
  }
  if (!request.audit_key_directory.empty()) {
    left_out.push_back(absl::StrCat("the audit log's key in ", request.audit_key_directory.string(),
                                    ", which never changes"));
  }
  for (const SnapshotFile& file : snapshot.files) {
    if (file.path.filename() != kClusterIndexFile) continue;
    left_out.push_back(absl::StrCat("the token index of ",
                                    file.path.parent_path().parent_path().filename().string(),
                                    ", which is on a cluster (docs/cluster.md)"));
  }
  return left_out;
}

absl::Status CheckAudit(const std::filesystem::path& folder, BackupReport* report) {
  if (!std::filesystem::exists(AuditFolders::In(folder).entries())) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(folder));
  BL_ASSIGN_OR_RETURN(const CheckedLog checked, log.Verify({}));
  report->audit_entries = checked.entries;
  return absl::OkStatus();
}

BackupManifest ManifestWith(std::vector<std::string> left_out) {
  BackupManifest manifest;
  manifest.made =
      absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone()), " by ",
                   ProgramAndVersion("blindlink-resolver"));
  manifest.left_out = std::move(left_out);
  return manifest;
}

absl::Status WriteKeys(const std::vector<SnapshotKey>& keys, BackupFolder& folder) {
  for (const SnapshotKey& key : keys) {
    const absl::Span<const uint8_t> bytes = key.content.Reveal();
    BL_RETURN_IF_ERROR(folder.Write(
        key.path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));  // NOLINT
  }
  return folder.Finish(ManifestWith({}), [](uint64_t) {});
}

void Count(const std::filesystem::path& folder, BackupReport* report) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    if (!entry.is_regular_file(ignored) || entry.path().filename() == kManifestFile) continue;
    ++report->files;
    report->bytes += entry.file_size(ignored);
    // The third name is that in the staging folder.
    if (IsTable(entry.path()) && entry.hard_link_count(ignored) > 1) ++report->linked;
  }
}

}  // namespace

absl::StatusOr<BackupReport> MakeBackup(const BackupRequest& request) {
  BL_RETURN_IF_ERROR(CheckUser(request.data_directory));
  BL_RETURN_IF_ERROR(CheckPlaces(request));
  BL_ASSIGN_OR_RETURN(const auto folder, BackupFolder::Create(request.out));
  std::unique_ptr<BackupFolder> keys;
  if (!request.keys_out.empty()) {
    BL_ASSIGN_OR_RETURN(keys, BackupFolder::Create(request.keys_out));
  }
  BL_ASSIGN_OR_RETURN(const auto staging, BackupStaging::Begin(request.data_directory));
  BackupReport report;
  BL_ASSIGN_OR_RETURN(
      const Snapshot snapshot,
      TakeOneMoment({request.data_directory, request.keys_directory, staging->folder()}, &report));
  Filler filler(snapshot, *folder);
  BL_RETURN_IF_ERROR(filler.Fill());
  BL_RETURN_IF_ERROR(filler.CheckIndexes());
  BL_RETURN_IF_ERROR(CheckAudit(folder->partial(), &report));
  Count(folder->partial(), &report);
  report.left_out = LeftOut(request, snapshot);
  BL_RETURN_IF_ERROR(filler.Finish(ManifestWith(report.left_out)));
  if (keys == nullptr) return report;
  report.keys = snapshot.keys.size();
  if (absl::Status written = WriteKeys(snapshot.keys, *keys); !written.ok()) {
    std::error_code ignored;  // of no use without them
    std::filesystem::remove_all(request.out, ignored);
    return written;
  }
  return report;
}

}  // namespace blindlink::resolver
