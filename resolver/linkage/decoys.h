#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "resolver/linkage/record_order.h"
#include "resolver/linkage/run_fakes.h"

namespace blindlink::resolver {

// Which pairs of records within one site are compared as decoys: they tell the score how often
// strangers, neighbours and kin agree as candidates across sites do (common/score/score_model.h).
// Of each site that takes part, the records of the lowest ranks; ranks follow pseudonyms, so they
// are a random sample. Immutable; threads may share it.
class Decoys {
 public:
  // Records per site, at most: some billion comparisons are enough for every kind of pair that
  // matters among the candidates, whatever the size of a site.
  static constexpr uint32_t kMaxRecordsPerSite = 50'000;

  // No decoys.
  Decoys() = default;
  // Of the sites, by index into RecordOrder::sites(), all of whose tokens the run reads. Fakes
  // among the sample make no pairs; the sample is larger by as many, and they are not counted as
  // compared.
  Decoys(const RecordOrder& order, const std::vector<bool>& sites, const RunFakes& fakes);

  // Those of which another process gave ends(); comparisons() is then 0.
  explicit Decoys(std::vector<uint32_t> ends) : ends_(std::move(ends)) {}

  bool empty() const { return ends_.empty(); }
  // By site, by index into RecordOrder::sites(): the rank after the sample's last.
  const std::vector<uint32_t>& ends() const { return ends_; }
  // Whether the record of the site is in the sample.
  bool Has(uint16_t site, uint32_t rank) const { return !empty() && rank < ends_[site]; }
  // How many pairs are compared.
  double comparisons() const { return comparisons_; }

 private:
  std::vector<uint32_t> ends_;
  double comparisons_ = 0;
};

}  // namespace blindlink::resolver
