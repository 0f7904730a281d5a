#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/clickhouse/posting_cipher.h"
#include "resolver/index/clickhouse/posting_sweep.h"

namespace blindlink::resolver {

// What a message from the resolver must be before a worker uses it: INVALID_ARGUMENT names the
// field. FAILED_PRECONDITION if the shards of `options` are others than the resolver's.
absl::Status CheckAccess(const v1::IndexAccess& access, const ClickHouseOptions& options);

// Of an access that has been checked.
PostingCipher CipherOf(const v1::IndexAccess& access);
std::vector<LoadToRead> LoadsOf(const v1::IndexAccess& access);

}  // namespace blindlink::resolver
