#pragma once

#include <cstdint>
#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"
#include "resolver/linkage/record_order.h"

namespace blindlink::resolver {

// How many of a run's records are fakes that the sites added (LinkagePlan.fakes_per_1000_records).
// Which ones they are only the sites know; but fakes share no token with any record, so each is an
// entity of one, and counts without them are counts less these numbers. Immutable.
class RunFakes {
 public:
  // `only_with` as in LinkageInput: of other datasets the run has no record that shares no token.
  RunFakes(const Plan& plan, const std::vector<storage::v1::CommittedDataset>& datasets,
           const std::vector<uint32_t>& only_with, const RecordOrder& order);

  uint64_t OfSite(size_t site) const { return by_site_[site]; }
  uint64_t all() const;

 private:
  std::vector<uint64_t> by_site_;  // by index into RecordOrder::sites()
};

// The records of a dataset that are people's. What a dataset has lost since its commit was people's
// too: sites withdraw and correct no fakes.
uint64_t RealRecords(const Plan& plan, const storage::v1::CommittedDataset& dataset);

}  // namespace blindlink::resolver
