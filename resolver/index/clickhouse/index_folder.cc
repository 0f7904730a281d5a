#include "resolver/index/clickhouse/index_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/index/overused_token.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kLockFile[] = "lock";
constexpr char kRocksDbFolder[] = "db";
constexpr size_t kIdBytes = 8;

}  // namespace

absl::StatusOr<UniqueFd> LockIndexFolder(const std::filesystem::path& folder) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_ASSIGN_OR_RETURN(UniqueFd lock, OpenFd(folder / kLockFile, O_RDWR | O_CREAT));
  if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return absl::FailedPreconditionError(
      absl::StrCat("another process has the token index of ", folder.string(), " open: stop it"));
}

absl::StatusOr<std::optional<storage::v1::StoredClusterIndex>> ReadIndexFolder(
    const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder / kClusterIndexFile, ignored)) return std::nullopt;
  storage::v1::StoredClusterIndex stored;
  BL_RETURN_IF_ERROR(ReadStored(folder / kClusterIndexFile, "restore it from a backup", &stored));
  return stored;
}

absl::StatusOr<storage::v1::StoredClusterIndex> ReadOrMakeIndexFolder(const IndexToOpen& index) {
  BL_ASSIGN_OR_RETURN(auto found, ReadIndexFolder(index.folder));
  if (found.has_value()) return *std::move(found);
  std::error_code ignored;
  if (std::filesystem::exists(index.folder / kRocksDbFolder, ignored)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the token index of ", index.folder.string(),
                     " is on this machine: leave index.clickhouse out of the configuration, or "
                     "make a new project "
                     "for the cluster (docs/cluster.md)"));
  }
  storage::v1::StoredClusterIndex stored;
  const SecretBytes id = RandomBytes(kIdBytes);
  stored.set_id(HexEncode({reinterpret_cast<const char*>(id.Reveal().data()), kIdBytes}));
  stored.set_project(index.project);
  stored.set_evidence_bytes(std::max<uint32_t>(index.max_evidence, kEvidenceOfOverused));
  BL_RETURN_IF_ERROR(WriteIndexFolder(index.folder, stored));
  return stored;
}

absl::Status WriteIndexFolder(const std::filesystem::path& folder,
                              const storage::v1::StoredClusterIndex& stored) {
  return WriteStored(folder / kClusterIndexFile, stored);
}

}  // namespace blindlink::resolver
