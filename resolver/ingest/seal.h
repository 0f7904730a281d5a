#pragma once

#include <atomic>
#include <cstddef>

#include "absl/status/status.h"
#include "resolver/index/index_key.h"
#include "resolver/ingest/upload.h"

namespace blindlink::resolver {

// Makes a segment of each full log of an upload, and of the last once the upload is committed, and
// removes the log: tokens as they were sent are then nowhere on the disk any more. An interruption
// leaves either the log or the segment.
//   RESOURCE_EXHAUSTED  the disk is full: make room and call it again
//   DATA_LOSS           the stored blocks are damaged
//   CANCELLED           `cancel` was set
absl::Status SealLogs(Upload& upload, const IndexKey& key, size_t threads,
                      const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
