#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"

namespace blindlink {

// A block's CRC-32 (IEEE 802.3, as zlib's) over, in order, big-endian: sequence (8), first_record
// (8), number of record_ids bytes (8) and the bytes; then for each column match_key (4), number of
// entries (8), tokens, records (4 each), forms, evidence. Finds accidents on the way; TLS is what
// stops an attacker.
uint32_t ChecksumOf(const v1::TokenBlock& block);

// Whether a block is sound by itself and fits the plan. DATA_LOSS if the checksum does not fit,
// INVALID_ARGUMENT if the shape is wrong: sizes that disagree, a match key or form code the plan
// does not have, an ordinal past the block's records, a column that is not in the order of its
// tokens, a match key twice.
absl::Status CheckBlock(const v1::TokenBlock& block, const Plan& plan);

}  // namespace blindlink
