#include "resolver/backup/verify_backup.h"

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/file_digest.h"
#include "common/telemetry/progress.h"
#include "resolver/audit/audit_log.h"
#include "resolver/audit/stored_log.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kMostNamed = 10;

absl::StatusOr<BackupManifest> ReadManifest(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kManifestFile;
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat(
        file.string(), " is not there: the folder is not a backup, or one that was not finished"));
  }
  BL_RETURN_IF_ERROR(text.status());
  return ParseBackupManifest(*text, file);
}

class Verifier {
 public:
  Verifier(const std::filesystem::path& folder, VerifiedBackup& verified)
      : folder_(folder), verified_(verified), progress_("verifying", "bytes", 0) {}

  absl::Status Verify() {
    for (const auto& [path, digest] : verified_.manifest.files) {
      BL_RETURN_IF_ERROR(Compare(path, digest));
    }
    BL_RETURN_IF_ERROR(LookForStrangers());
    progress_.Finish();
    if (wrong_.empty()) return absl::OkStatus();
    const size_t wrong = wrong_.size();
    if (wrong > kMostNamed) wrong_.resize(kMostNamed);
    return absl::DataLossError(absl::StrCat(
        folder_.string(), " is damaged, do not restore it: ", absl::StrJoin(wrong_, ", "),
        wrong > kMostNamed ? absl::StrCat(" and ", wrong - kMostNamed, " more") : ""));
  }

 private:
  absl::Status Compare(const std::string& path, const std::string& expected) {
    const auto digest = DigestOfFile(folder_ / path, [this](uint64_t bytes) {
      verified_.bytes += bytes;
      progress_.Set(verified_.bytes);
      return absl::OkStatus();
    });
    if (absl::IsNotFound(digest.status())) {
      wrong_.push_back(absl::StrCat(path, " is missing"));
      return absl::OkStatus();
    }
    BL_RETURN_IF_ERROR(digest.status());
    if (HexEncode(AsView(*digest)) != expected) wrong_.push_back(absl::StrCat(path, " differs"));
    return absl::OkStatus();
  }

  absl::Status LookForStrangers() {
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_, error)) {
      const std::filesystem::file_type type = entry.symlink_status().type();
      if (type == std::filesystem::file_type::directory) continue;
      const std::string path = entry.path().lexically_relative(folder_);
      const bool is_listed = path == kManifestFile || verified_.manifest.files.contains(path);
      if (is_listed && type == std::filesystem::file_type::regular) continue;
      wrong_.push_back(absl::StrCat(path, " does not belong to it"));
    }
    return error ? ErrnoStatus(error.value(), "read", folder_) : absl::OkStatus();
  }

  const std::filesystem::path& folder_;
  VerifiedBackup& verified_;
  Progress progress_;
  std::vector<std::string> wrong_;
};

}  // namespace

absl::StatusOr<VerifiedBackup> VerifyBackup(const std::filesystem::path& folder) {
  VerifiedBackup verified;
  BL_ASSIGN_OR_RETURN(verified.manifest, ReadManifest(folder));
  BL_RETURN_IF_ERROR(Verifier(folder, verified).Verify());
  if (!std::filesystem::exists(AuditFolders::In(folder).entries())) return verified;
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(folder));
  BL_ASSIGN_OR_RETURN(const CheckedLog checked, log.Verify({}));
  verified.audit_entries = checked.entries;
  return verified;
}

}  // namespace blindlink::resolver
