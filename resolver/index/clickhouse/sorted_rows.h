#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "resolver/index/clickhouse/shard.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// The columns that a sweep selects, in this order.
inline constexpr char kSweptColumns[] = "hi,lo,match_key,dataset,record,form,width,evidence";
std::vector<NativeType> SweptTypes(uint32_t evidence_bytes);

// One row: everything but the evidence as three numbers whose order is that of postings.
struct RowKey {
  uint64_t hi = 0;
  uint64_t second = 0;             // low bytes of the token, match key, dataset
  uint64_t third = 0;              // record, form, width of the evidence
  const char* evidence = nullptr;  // in the answer's body

  uint16_t lo() const { return static_cast<uint16_t>(second >> 40); }
  uint32_t dataset() const { return static_cast<uint32_t>(second); }
  bool SameToken(const RowKey& other) const { return hi == other.hi && lo() == other.lo(); }
  Posting AsPosting() const;  // its evidence as it was stored

  friend bool operator<(const RowKey& a, const RowKey& b) {
    if (a.hi != b.hi) return a.hi < b.hi;
    if (a.second != b.second) return a.second < b.second;
    return a.third < b.third;
  }
  friend bool operator==(const RowKey& a, const RowKey& b) {
    return a.hi == b.hi && a.second == b.second && a.third == b.third;
  }
};

// The rows of an answer, which must outlive them, in order and each once. A server sends them part
// by part, each in order, so they are merged. False if a width is more than `evidence_bytes`.
bool SortRows(const NativeRows& answer, uint32_t evidence_bytes, std::vector<RowKey>* rows);

// Leaves only rows of tokens that at least one of the datasets has.
void KeepTokensOf(absl::Span<const uint32_t> datasets, std::vector<RowKey>* rows);

}  // namespace blindlink::resolver
