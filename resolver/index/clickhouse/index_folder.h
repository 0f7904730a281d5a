#pragma once

#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/cluster_storage.pb.h"
#include "common/base/fd.h"
#include "resolver/index/index_engine.h"

namespace blindlink::resolver {

// The resolver's own folder of an index that is on the cluster.

// Makes the folder if need be and locks it for this process. FAILED_PRECONDITION if another one has
// it.
absl::StatusOr<UniqueFd> LockIndexFolder(const std::filesystem::path& folder);

// Which tables are the index; nothing if the folder does not say. DATA_LOSS.
absl::StatusOr<std::optional<storage::v1::StoredClusterIndex>> ReadIndexFolder(
    const std::filesystem::path& folder);

// The same; draws an id for a new index and notes it. FAILED_PRECONDITION if the folder holds an
// index on RocksDB.
absl::StatusOr<storage::v1::StoredClusterIndex> ReadOrMakeIndexFolder(const IndexToOpen& index);

absl::Status WriteIndexFolder(const std::filesystem::path& folder,
                              const storage::v1::StoredClusterIndex& stored);

}  // namespace blindlink::resolver
