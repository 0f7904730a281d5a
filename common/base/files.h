#pragma once

#include <filesystem>
#include <string>
#include "absl/strings/string_view.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace blindlink {

// File operations with errors that name the file and say what to do. Codes: NOT_FOUND,
// PERMISSION_DENIED, RESOURCE_EXHAUSTED (disk full), ALREADY_EXISTS, otherwise UNKNOWN.

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path);

// The file holds either its old content or all of the new, also after a power cut: temporary file,
// fsync, rename, fsync of the folder. `mode` as in open(2).
absl::Status WriteFileAtomically(const std::filesystem::path& path, absl::string_view content,
                                 int mode = 0644);

// Fails with ALREADY_EXISTS rather than overwriting. Durable when it returns.
absl::Status WriteNewFile(const std::filesystem::path& path, absl::string_view content, int mode);

// Reads a file that holds a secret: a regular file of this user, closed to group and others.
// FAILED_PRECONDITION otherwise, with the chmod that mends it.
absl::StatusOr<std::string> ReadPrivateFile(const std::filesystem::path& path);

// mkdir -p with mode 0700 for what is made. The folder's entry in its parent is durable.
absl::Status MakePrivateFolder(const std::filesystem::path& path);

// What was written to the file, by whomever, is on disk when it returns.
absl::Status SyncFile(const std::filesystem::path& path);

// Makes renames and new files in `folder` durable.
absl::Status SyncFolder(const std::filesystem::path& folder);

// The status for errno after `doing` something with `path`: "cannot <doing> <path>: <why>".
absl::Status ErrnoStatus(int error, absl::string_view doing, const std::filesystem::path& path);

}  // namespace blindlink
