#pragma once

#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/plan/plan.h"

namespace blindlink::resolver {

// Adds to the report on the score what is odd about the run's records, so that its result may mean
// nothing: sites without a match key in common, no candidates, records with only over-used tokens,
// a site full of copies of one record. `summary` must have all counts of the sweep.
void WarnOfOddPopulations(const Plan& plan,
                          const std::vector<storage::v1::CommittedDataset>& datasets,
                          v1::RunSummary* summary);

}  // namespace blindlink::resolver
