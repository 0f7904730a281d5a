#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/ingest/upload.h"

namespace blindlink {

// Takes a committed upload into the index as dataset `number`: every token is
// enciphered under the index key, the postings are sorted outside memory and written in order, all
// in one atomic step. Until that step nothing is visible; an interruption leaves the index as it
// was.
//   RESOURCE_EXHAUSTED  the disk has no room for it, which is said before it begins, or became full
//                       meanwhile: make room, commit again
//   DATA_LOSS           the stored blocks are damaged
//   CANCELLED           `cancel` was set
absl::Status IngestUpload(Upload& upload, uint32_t number, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                          const std::atomic<bool>& cancel);

}  // namespace blindlink
