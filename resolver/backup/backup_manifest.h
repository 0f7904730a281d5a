#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// The file in a backup that says what is in it, written last: a folder without it is no backup.
// Text that `sha256sum --check` reads (docs/formats/resolver_storage.md#a-backup).
inline constexpr char kManifestFile[] = "backup.sha256";

struct BackupManifest {
  std::string made;                          // when and by which program
  std::vector<std::string> left_out;         // what is not in it, in words
  std::map<std::string, std::string> files;  // path in the backup: SHA-256, 64 hexadecimal digits

  std::string Text() const;
};

// DATA_LOSS if the text is not whole, to its last line.
absl::StatusOr<BackupManifest> ParseBackupManifest(absl::string_view text,
                                                   const std::filesystem::path& file);

}  // namespace blindlink::resolver
