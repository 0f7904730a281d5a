#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/score/field_levels.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/results/result_rows.h"

namespace blindlink::resolver {

// How those who work on one run write what they give each other (shared_index.h). All numbers are
// big-endian. Blocks come from the other programs of the run, authenticated; what does not fit
// the run is DATA_LOSS nevertheless. Thread-safe.

// Of each block, about.
inline constexpr size_t kRanksInBlock = size_t{1} << 18;
inline constexpr size_t kCandidatesInBlock = size_t{1} << 15;
inline constexpr size_t kPairsInBlock = size_t{1} << 14;
inline constexpr size_t kPatternsInBlock = size_t{1} << 15;

// The part of a kReach block: which records it names.
inline constexpr uint32_t kUsedReach = 0;      // those that share a token which is used
inline constexpr uint32_t kOverusedReach = 1;  // those that share an over-used one

std::string EncodeRanks(absl::Span<const uint32_t> ranks);
// Appends to `ranks`, up to `most` in all.
absl::Status DecodeRanks(absl::string_view bytes, uint64_t most, std::vector<uint32_t>* ranks);

// What the numbers of a candidate must be less than.
struct CandidateBounds {
  uint64_t records;
  size_t conditions;
  size_t match_keys;
};
// Best if they are sorted.
std::string EncodeCandidates(absl::Span<const Candidate> candidates);
absl::Status DecodeCandidates(absl::string_view bytes, const CandidateBounds& bounds,
                              absl::FunctionRef<absl::Status(const Candidate&)> handle);

// How many pairs have which pattern.
using PatternCount = std::pair<AgreementPattern, uint64_t>;
std::string EncodePatternCounts(absl::Span<const PatternCount> counts);
absl::Status DecodePatternCounts(absl::string_view bytes,
                                 absl::FunctionRef<absl::Status(const PatternCount&)> handle);

// Increasing ranks.
std::string EncodeRankSet(absl::Span<const uint32_t> ranks);
absl::Status DecodeRankSet(absl::string_view bytes, uint64_t records,
                           absl::FunctionRef<void(uint32_t)> handle);

// Rows of one kind (result_rows.h, token_use_row.h).
template <typename Row>
void AppendRow(const Row& row, std::string* bytes) {
  bytes->resize(bytes->size() + Row::kSize);
  row.Encode(reinterpret_cast<uint8_t*>(bytes->data() + bytes->size() - Row::kSize));
}
template <typename Row, typename Handle>
absl::Status ForEachRow(absl::string_view bytes, Handle handle) {
  if (bytes.size() % Row::kSize != 0) {
    return absl::DataLossError("a block that another program gave has a broken row");
  }
  absl::Status status;
  for (size_t at = 0; at < bytes.size() && status.ok(); at += Row::kSize) {
    status = handle(Row::Decode(reinterpret_cast<const uint8_t*>(bytes.data() + at)));
  }
  return status;
}

}  // namespace blindlink::resolver
