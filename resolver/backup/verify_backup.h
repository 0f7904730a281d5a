#pragma once

#include <cstdint>
#include <filesystem>

#include "absl/status/statusor.h"
#include "resolver/backup/backup_manifest.h"

namespace blindlink::resolver {

struct VerifiedBackup {
  BackupManifest manifest;
  uint64_t bytes = 0;
  uint64_t audit_entries = 0;  // 0 for a backup of keys
};

// Reads a backup, or one of keys, to the last byte and compares it with its manifest; checks the
// audit log in it. Needs no resolver and no key; changes nothing. Shows progress on standard error.
// DATA_LOSS names the first files that differ, are missing, or do not belong to it; NOT_FOUND if
// the folder has no manifest.
absl::StatusOr<VerifiedBackup> VerifyBackup(const std::filesystem::path& folder);

}  // namespace blindlink::resolver
