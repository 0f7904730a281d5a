#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/ingest/upload.h"

namespace blindlink::resolver {

// Takes a committed upload into the index as dataset upload.dataset_number(): what is still in logs
// becomes segments, these are sorted outside memory and written in order, and go into the index in
// one atomic step. Until that step nothing is visible.
//
// An interruption leaves the index as it was, and the next call goes on where it stopped: each part
// of the postings that is written durably (postings-<range>.sst in the upload's folder) takes the
// place of what the segments hold of them, whose room is given back.
//   RESOURCE_EXHAUSTED  the disk has no room for it, which is said before it begins, or became full
//                       meanwhile: make room, commit again
//   DATA_LOSS           what is stored is damaged
//   CANCELLED           `cancel` was set
absl::Status IngestUpload(Upload& upload, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                          const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
