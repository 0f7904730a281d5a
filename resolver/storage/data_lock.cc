#include "resolver/storage/data_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<UniqueFd> OpenLock(const std::filesystem::path& data_directory) {
  return OpenFd(data_directory / kLockFile, O_RDWR | O_CREAT | O_NOFOLLOW, /*mode=*/0600);
}

// Somebody who only asks who has the lock has it for a moment (HolderOfData), and so has a backup.
bool TryToLock(int fd) {
  constexpr int kTries = 50;
  for (int i = 0; i < kTries; ++i) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

// Process ids mean something only within one of these.
std::string PidNamespace() {
  struct stat info {};
  if (stat("/proc/self/ns/pid", &info) != 0) return "unknown";
  return absl::StrCat(uint64_t{info.st_ino});
}

// "<process id> <namespace>\n". On a full disk the file stays empty: that is no reason not to
// serve, and HolderOfData says so.
void NoteHolder(int fd) {
  const std::string note = absl::StrCat(getpid(), " ", PidNamespace(), "\n");
  if (ftruncate(fd, 0) != 0) return;
  if (pwrite(fd, note.data(), note.size(), 0) == static_cast<ssize_t>(note.size())) return;
  [[maybe_unused]] const int ignored = ftruncate(fd, 0);
}

absl::StatusOr<pid_t> ParseHolder(absl::string_view note, const std::string& folder) {
  if (note.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the resolver that uses ", folder,
        " has not noted its process id in the file lock: it is of an earlier release, "
        "or the disk was full when it started; restart it, or stop it, and try again"));
  }
  const std::vector<absl::string_view> words =
      absl::StrSplit(note, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  pid_t pid = 0;
  if (words.size() != 2 || !absl::SimpleAtoi(words[0], &pid) || pid <= 0) {
    return absl::DataLossError(
        absl::StrCat("the file lock in ", folder, " is damaged: restart the resolver"));
  }
  if (words[1] != PidNamespace()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the resolver that uses ", folder,
                     " runs in another container: run this command in that one"));
  }
  return pid;
}

absl::Status CheckOnlyOursToWrite(const std::filesystem::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return ErrnoStatus(errno, "examine", folder);
  const bool is_ours = info.st_uid == geteuid() || info.st_uid == 0;
  if (is_ours && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("other users may write to ", folder.string(),
                   ": it must belong to the resolver's user; run  chmod 700 ", folder.string()));
}

}  // namespace

absl::StatusOr<UniqueFd> LockData(const std::filesystem::path& data_directory) {
  BL_RETURN_IF_ERROR(CheckOnlyOursToWrite(data_directory));
  BL_ASSIGN_OR_RETURN(UniqueFd lock, OpenLock(data_directory));
  if (!TryToLock(lock.get())) {
    return absl::FailedPreconditionError(
        absl::StrCat("another resolver is using ", data_directory.string(),
                     ", or a backup, export or import of it is in progress"));
  }
  NoteHolder(lock.get());
  return lock;
}

absl::StatusOr<std::optional<pid_t>> HolderOfData(const std::filesystem::path& data_directory) {
  BL_ASSIGN_OR_RETURN(const UniqueFd lock, OpenLock(data_directory));
  // Shared, so that two who ask at the same time do not take each other for a resolver.
  if (flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  if (errno != EWOULDBLOCK) return ErrnoStatus(errno, "lock", data_directory / kLockFile);
  BL_ASSIGN_OR_RETURN(const std::string note, ReadFile(data_directory / kLockFile));
  BL_ASSIGN_OR_RETURN(const pid_t pid, ParseHolder(note, data_directory.string()));
  return std::optional<pid_t>(pid);
}

}  // namespace blindlink::resolver
