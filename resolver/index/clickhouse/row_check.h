#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "blindlink/storage/v1/cluster_storage.pb.h"
#include "resolver/index/clickhouse/index_tables.h"
#include "resolver/index/clickhouse/server.h"

namespace blindlink::resolver {

// Has the server count the rows of one part of a load and add up their hashes (row_hash.h). More
// rows than expected are all right if they are copies: of a chunk whose answer was lost and that
// was carried out twice. DATA_LOSS otherwise.
absl::Status CheckRows(const Server& server, const IndexTables& tables, uint32_t dataset,
                       uint64_t load, uint32_t part, const storage::v1::StoredShardRows& expected);

}  // namespace blindlink::resolver
