#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "agent/compare/record_comparison.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

// A random sample of each site's records, for measuring how often two strangers agree (the u of
// Fellegi and Sunter). The sample consists of the records with the lowest hashes of their ids, so
// it does not depend on the order of the file or the number of threads. Not thread-safe.
class StrangerSample {
 public:
  // Sites are numbered from 0. With `within_site`, pairs within a site count too.
  StrangerSample(size_t sites, bool within_site);

  void Offer(size_t site, const std::string& record_id, const ComparableRecord& values);

  // Compares all pairs of the sample, except those that look like one person or household
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
