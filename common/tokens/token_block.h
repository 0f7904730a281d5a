#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"

namespace blindlink {

// How many records a block holds. At least its record_ids must be sound (CheckBlock).
size_t RecordCountOf(const v1::TokenBlock& block);

// A block's CRC-32 (IEEE 802.3, as zlib's) over, in order, big-endian: sequence (8), first_record
// (8), number of record_ids bytes (8) and the bytes; then for each column match_key (4), number of
// entries (8), tokens, records (4 each), forms, evidence. Detects accidental damage; TLS is what
// stops an attacker.
uint32_t ChecksumOf(const v1::TokenBlock& block);

// Whether a block is sound in itself and fits the plan. DATA_LOSS if its checksum is wrong;
// INVALID_ARGUMENT if its shape is: sizes that disagree, a match key or form code that the plan
// does not have, a record number beyond the block's records, a column not in the order of its
// tokens, a duplicate match key.
absl::Status CheckBlock(const v1::TokenBlock& block, const Plan& plan);

}  // namespace blindlink
