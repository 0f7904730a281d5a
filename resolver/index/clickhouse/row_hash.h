#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "resolver/index/clickhouse/metro_hash.h"

namespace blindlink::resolver {

// A hash of one row of the table of postings, the same that a server computes with kRowHash. The
// sum over rows (modulo 2^64) tells whether a shard has what was sent to it, in whatever order. Not
// secret, and no protection against somebody who changes rows on purpose.

// ClickHouse's intHash64.
inline uint64_t IntHash64(uint64_t x) {
  x ^= 0x4cf2d2baae6da887;
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ (x >> 33);
}

// `evidence` is the whole column, enciphered and padded.
inline uint64_t RowHash(uint64_t hi, uint16_t lo, uint8_t match_key, uint32_t record, uint8_t form,
                        uint8_t width, absl::string_view evidence) {
  const uint64_t rest =
      uint64_t{record} << 32 | uint64_t{lo} << 16 | uint64_t{match_key} << 8 | form;
  return IntHash64(IntHash64(IntHash64(hi) ^ rest) ^ MetroHash64(evidence) ^ width);
}

inline constexpr char kRowHash[] =
    "intHash64(bitXor(bitXor(intHash64(bitXor(intHash64(hi),"
    "toUInt64(record*4294967296+lo*65536+match_key*256+form))),metroHash64(evidence)),toUInt64("
    "width)"
    "))";

}  // namespace blindlink::resolver
