#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "agent/compare/record_comparison.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

// A random sample of each site's records, for measuring how often two strangers agree: the u of
// Fellegi and Sunter. It is those with the lowest hash of their id: the same for every order of the
// file and number of threads. Not thread-safe.
class StrangerSample {
 public:
  // Sites are numbered from 0; `within_site`: pairs of one site count as well.
  StrangerSample(size_t sites, bool within_site);

  void Offer(size_t site, const std::string& record_id, const ComparableRecord& values);

  // Compares all pairs of the sample; those that look like one person or household are left out
  // (common/score/chance_counter.h).
  std::vector<v1::ChanceAgreement> Measure(const RecordComparison& comparison) const;

 private:
  struct Record {
    uint64_t order;
    ComparableRecord values;
    friend bool operator<(const Record& a, const Record& b) { return a.order < b.order; }
  };

  const bool within_site_;
  const size_t per_site_;
  std::vector<std::vector<Record>> sites_;  // heaps, highest first
};

}  // namespace blindlink::agent
