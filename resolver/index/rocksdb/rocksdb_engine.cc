#include "resolver/index/rocksdb/rocksdb_engine.h"

#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "resolver/index/rocksdb/rocksdb_token_index.h"

namespace blindlink::resolver {
namespace {

absl::Status IsOnACluster(const std::filesystem::path& folder) {
  return absl::FailedPreconditionError(
      absl::StrCat("the token index of ", folder.string(),
                   " is on a cluster: give the resolver's configuration the index.clickhouse that "
                   "it was made with (docs/cluster.md)"));
}

bool IsClusters(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / kClusterIndexFile, ignored);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenIndex>> RocksDbEngine::Open(const IndexToOpen& index) const {
  if (IsClusters(index.folder)) return IsOnACluster(index.folder);
  return OpenRocksDbTokenIndex(index.folder, index.cipher);
}

absl::Status RocksDbEngine::Remove(const std::filesystem::path& folder) const {
  if (IsClusters(folder)) return IsOnACluster(folder);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  return error ? ErrnoStatus(error.value(), "remove", folder) : absl::OkStatus();
}

uint64_t RocksDbEngine::LocalBytes(const std::filesystem::path& folder) const {
  uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  }
  return bytes;
}

}  // namespace blindlink::resolver
