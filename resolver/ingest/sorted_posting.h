#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "resolver/index/posting.h"

namespace blindlink::resolver {

// A posting on its way to the index, with only as much room for evidence as the plan needs.
template <size_t evidence_size>
struct SortedPosting {
  StoredToken token;
  uint8_t match_key;
  uint8_t form;
  uint32_t record;
  uint8_t size;  // bytes of evidence in use; the rest are 0
  std::array<uint8_t, evidence_size> evidence;

  uint64_t Prefix() const { return token.High(); }
  bool SameKey(const SortedPosting& other) const {
    return token == other.token && match_key == other.match_key && record == other.record &&
           form == other.form;
  }
  Posting OfDataset(uint32_t dataset) const {
    Posting posting{token, match_key, dataset, record, form, {}};
    posting.evidence.size = size;
    std::memcpy(posting.evidence.bytes.data(), evidence.data(), evidence_size);
    return posting;
  }
  friend bool operator<(const SortedPosting& a, const SortedPosting& b) {
    if (a.token != b.token) return a.token < b.token;
    if (a.match_key != b.match_key) return a.match_key < b.match_key;
    if (a.record != b.record) return a.record < b.record;
    if (a.form != b.form) return a.form < b.form;
    return a.evidence < b.evidence;
  }
};

// Calls `work.operator()<evidence_size>()` with the smallest size that has room for `evidence`
// bytes and gives a posting 20, 28, ... bytes.
template <typename Work>
auto WithEvidenceSize(size_t evidence, Work work) {
  if (evidence <= 3) return work.template operator()<3>();
  if (evidence <= 11) return work.template operator()<11>();
  if (evidence <= 19) return work.template operator()<19>();
  if (evidence <= 27) return work.template operator()<27>();
  if (evidence <= 35) return work.template operator()<35>();
  if (evidence <= 43) return work.template operator()<43>();
  if (evidence <= 51) return work.template operator()<51>();
  return work.template operator()<EvidenceCodes::kMaxSize>();
}

}  // namespace blindlink::resolver
