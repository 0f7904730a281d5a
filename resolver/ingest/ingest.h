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

// Ingests a committed upload into the index as dataset upload.dataset_number(). The remaining logs
// become segments; their postings are sorted with external memory, written in order, and added to
// the index in one atomic step. Nothing is visible before that step. Of tokens that more records of
// the dataset share than the plan allows, only the number goes to the index (overuse_filter.h).
//
// On the way the tokens are audited (ingest_audit.h), which takes up to limits.memory_budget / 2
// bytes for what is kept by record. Ranges that an earlier call made durable are not audited again.
//
// An interruption leaves the index unchanged, and the next call continues where it stopped:
// whenever the index has made ranges of postings durable (DatasetWriter::EndRanges; the upload's
// folder is the scratch folder), the space of these ranges in the segments is released.
//   RESOURCE_EXHAUSTED  the disk does not have enough room, checked before the work begins, or it
//                       became full: make room and commit again
//   DATA_LOSS           the stored data are damaged
//   FAILED_PRECONDITION  the tokens exceed a threshold of the plan's audit, and the site has
//   recorded
//                       no reason to send them nevertheless (Upload::CheckAudit)
//   CANCELLED           `cancel` was set
absl::Status IngestUpload(Upload& upload, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                          const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
