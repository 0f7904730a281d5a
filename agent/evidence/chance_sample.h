#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"
#include "common/score/chance_rates.h"

namespace blindlink::agent {

// A random sample of a site's records for measuring how often two strangers agree on a field. The
// resolver cannot measure this, because it sees codes only where records share a token. What is
// sent are counts of pairs by field and level: they say how common values are, not which.
//
// The sample consists of the records with the lowest pseudonyms. Pseudonyms are random, so the
// sample is the same for any order of the file and any number of threads. Not thread-safe.
class ChanceSample {
 public:
  static constexpr size_t kRecords = kChanceSampleRecords;

  // `values` as AppendEvidenceValues makes them.
  void Add(const RecordPseudonym& record, const std::vector<uint64_t>& values);
  void Merge(ChanceSample&& other);
  bool empty() const { return records_.empty(); }

  // Compares every two records of the sample as the resolver would see them through the codes of
  // one and of two shared tokens. Pairs that agree on two or more identifying fields are left out:
  // they are one person, or members of one household. The result does not depend on `threads`.
  std::vector<v1::ChanceAgreement> Measure(const Plan& plan, size_t threads = 1) const;

 private:
  struct Record {
    RecordPseudonym id;
    std::vector<uint64_t> values;
    friend bool operator<(const Record& a, const Record& b) { return a.id < b.id; }
  };

  void Insert(Record record);

  std::vector<Record> records_;  // a heap, highest pseudonym first
};

}  // namespace blindlink::agent
