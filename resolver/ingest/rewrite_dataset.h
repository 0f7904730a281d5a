#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>

#include "absl/status/status.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Copies one dataset from an index to another one, with its tokens converted to another generation
// of the index key. Nothing of it is in `to` before all of it is. `max_evidence` is the most bytes
// of evidence that a token can have. CANCELLED, RESOURCE_EXHAUSTED (disk), DATA_LOSS (the index is
// damaged).
absl::Status RewriteDataset(const storage::v1::CommittedDataset& dataset, const TokenIndex& from,
                            TokenIndex& to, TokenConverter& converter, size_t max_evidence,
                            const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                            const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
