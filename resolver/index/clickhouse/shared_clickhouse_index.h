#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

// TokenIndex::Share of an index on a cluster: for the resolver. FAILED_PRECONDITION if another
// resolver has opened the index since.
absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> ShareClickHouseIndex(
    std::shared_ptr<const Cluster> cluster, const std::vector<uint32_t>& datasets);

// The same index as a worker has it, with what the resolver sent and the worker's own configuration
// of the cluster, which must outlive it. INVALID_ARGUMENT if the message is malformed;
// FAILED_PRECONDITION if the shards of the configuration are not those of the resolver; and the
// errors of Shard::Connect.
absl::StatusOr<std::unique_ptr<SharedIndex>> OpenSharedIndex(const ClickHouseOptions& options,
                                                             const v1::IndexAccess& access);

}  // namespace blindlink::resolver
