#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// The folder `backup-in-progress` in the data directory: while a backup is made, it holds a second
// name of every file, so that none of them is gone before it is copied. At most one backup of a
// data directory is made at a time.

inline constexpr char kStagingFolder[] = "backup-in-progress";

class BackupStaging {
 public:
  // Makes the folder, or empties the one that a killed backup left. FAILED_PRECONDITION if another
  // backup is in progress.
  static absl::StatusOr<std::unique_ptr<BackupStaging>> Begin(
      const std::filesystem::path& data_directory);
  // Removes the folder.
  ~BackupStaging();
  BackupStaging(const BackupStaging&) = delete;
  BackupStaging& operator=(const BackupStaging&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  BackupStaging(std::filesystem::path folder, UniqueFd lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  const std::filesystem::path folder_;
  const UniqueFd lock_;
};

// Removes what a backup left that was killed, because it keeps files from giving back their room.
// Does nothing while a backup is in progress.
void RemoveAbandonedStaging(const std::filesystem::path& data_directory);

}  // namespace blindlink::resolver
