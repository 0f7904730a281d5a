#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/cluster_storage.pb.h"
#include "resolver/index/clickhouse/cluster.h"

namespace blindlink::resolver {

// The table of datasets, on each server of the first shard: a load of which it has a row is
// visible, as a whole.

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

// Drops the row of the dataset on each server of the first shard.
absl::Status DropDatasetRow(const Cluster& cluster, uint32_t number);

// To be called before anything is read, while all servers answer: a process that died may have made
// a load visible on one server of the first shard and not on another. Everything of it was there
// before, so it becomes visible on all. FAILED_PRECONDITION if a server has missed a dataset,
// because it was left out of the configuration for a time.
absl::Status FinishCommits(const Cluster& cluster);

}  // namespace blindlink::resolver
