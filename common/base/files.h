#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// File operations. Their errors name the file and say what to do: NOT_FOUND, PERMISSION_DENIED,
// RESOURCE_EXHAUSTED (disk full), ALREADY_EXISTS, otherwise UNKNOWN.

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);

// The file holds either its old content or all of the new, even after a power cut: temporary file,
// fsync, rename, fsync of the folder. `mode` as in open(2).
absl::Status WriteFileAtomically(const std::filesystem::path& path, absl::string_view content,
                                 int mode = 0644);

// Fails with ALREADY_EXISTS rather than overwriting. Durable on return.
absl::Status WriteNewFile(const std::filesystem::path& path, absl::string_view content, int mode);

// Reads a file that holds a secret: a regular file that only this user can read, or a systemd
// credential, which is root's. FAILED_PRECONDITION otherwise, with the chmod that fixes it.
absl::StatusOr<std::string> ReadPrivateFile(const std::filesystem::path& path);

// mkdir -p; folders it makes have mode 0700. Each one's entry in its parent is durable on return.
absl::Status MakePrivateFolder(const std::filesystem::path& path);

// Makes everything written to the file so far durable, whoever wrote it.
absl::Status SyncFile(const std::filesystem::path& path);

// Makes renames and new files in `folder` durable.
absl::Status SyncFolder(const std::filesystem::path& folder);

}  // namespace blindlink
