#pragma once

#include <atomic>
#include <cstddef>

#include "absl/status/status.h"
#include "resolver/index/index_key.h"
#include "resolver/ingest/upload.h"

namespace blindlink::resolver {

// Converts each full log of an upload to a segment, and the last log too once the upload is
// committed, and removes the log. Tokens as the site sent them are then no longer on the disk. An
// interruption leaves either the log or the segment.
//   RESOURCE_EXHAUSTED  the disk is full: make room and call this again
//   DATA_LOSS           the stored blocks are damaged
//   CANCELLED           `cancel` was set
absl::Status SealLogs(Upload& upload, const IndexKey& key, size_t threads,
                      const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
