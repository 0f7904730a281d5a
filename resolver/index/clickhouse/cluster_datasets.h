#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/cluster_storage.pb.h"
#include "resolver/index/clickhouse/cluster.h"

namespace blindlink::resolver {

// The table of datasets, on the first shard: a load of which it has a row is visible, as a whole.

struct VisibleDataset {
  uint64_t load = 0;
  storage::v1::StoredClusterDataset about;
  uint32_t number() const { return about.dataset().dataset_number(); }
};

// In order of their numbers. DATA_LOSS if a row is damaged.
absl::StatusOr<std::vector<VisibleDataset>> ReadDatasets(const Cluster& cluster);

// Makes the load visible, if this resolver still has the index in that moment: FAILED_PRECONDITION.
absl::Status ShowDataset(const Cluster& cluster, uint64_t load,
                         const storage::v1::StoredClusterDataset& about);

}  // namespace blindlink::resolver
