#pragma once

#include <cstdint>
#include <limits>

#include "common/base/byte_order.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// What an index keeps of a token that more records of one dataset share than the plan allows: not
// which records, in what forms or with what evidence, only how many. It is a posting that no record
// has: its ordinal is the highest number, and its evidence are the counts.

// The size of its evidence in bytes.
inline constexpr size_t kEvidenceOfOverused = 8;
// No dataset has so many records.
inline constexpr uint32_t kManyRecords = std::numeric_limits<uint32_t>::max();

inline bool IsOverused(const Posting& posting) { return posting.record == kManyRecords; }

// `records` have the token, with `postings` altogether.
inline Posting OverusedToken(const StoredToken& token, uint8_t match_key, uint32_t dataset,
                             uint32_t records, uint32_t postings) {
  Posting posting{token, match_key, dataset, kManyRecords, 0, {}};
  StoreBigEndian32(records, posting.evidence.bytes.data());
  StoreBigEndian32(postings, posting.evidence.bytes.data() + 4);
  posting.evidence.size = kEvidenceOfOverused;
  return posting;
}

// Of a posting with IsOverused(): the number of postings that it stands for.
inline uint32_t PostingsOfOverused(const Posting& posting) {
  return LoadBigEndian32(posting.evidence.bytes.data() + 4);
}
// And of the records that have them.
inline uint32_t RecordsOfOverused(const Posting& posting) {
  return LoadBigEndian32(posting.evidence.bytes.data());
}

// Beside the numbers, an index keeps one mark for each record that had such a token, which does not
// say which token, so that a run can tell how many records have no others. It is a posting of no
// match key, under the highest token.
inline constexpr uint8_t kNoMatchKey = 0;

inline bool IsMark(const Posting& posting) { return posting.match_key == kNoMatchKey; }

inline StoredToken TokenOfMarks() {
  StoredToken token;
  token.bytes.fill(0xff);
  return token;
}

inline Posting MarkOf(uint32_t dataset, uint32_t record) {
  return {TokenOfMarks(), kNoMatchKey, dataset, record, 0, {}};
}

}  // namespace blindlink::resolver
