#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
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

// How many of the dataset's rows are of these records. Errors as RewriteDataset.
absl::StatusOr<uint64_t> CountRecords(const TokenIndex& index, uint32_t dataset,
                                      const absl::flat_hash_set<RecordPseudonym>& records,
                                      const std::atomic<bool>& cancel);

// Copies a dataset within an index to another number, without the tokens, evidence and pseudonyms
// of some records, for a correction of that number (0: for a withdrawal). What the index has of
// over-used tokens is numbers only and stays as it is. Returns the new dataset's row. Errors as
// RewriteDataset.
absl::StatusOr<storage::v1::CommittedDataset> RewriteWithout(
    const storage::v1::CommittedDataset& dataset,
    const absl::flat_hash_set<RecordPseudonym>& records, uint32_t number, uint32_t correction,
    TokenIndex& index, const std::atomic<bool>& cancel);

}  // namespace blindlink::resolver
