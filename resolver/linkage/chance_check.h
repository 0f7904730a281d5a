#pragma once

#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"

namespace blindlink::resolver {

// How often strangers agree, from what the sites of a run counted. A site's datasets are one
// measurement, whatever their number. Leaves out counts that cannot be true (CheckChance), which an
// earlier release may have taken in. Does not depend on the order of the datasets.
ChanceRates ChanceOfSites(const std::vector<storage::v1::CommittedDataset>& datasets,
                          const std::vector<ScoredField>& fields);

// Names each site whose strangers agree in a field far more or less often than those of the other
// sites, beyond what sampling explains: its people differ from theirs, or its counts are wrong.
void WarnOfDeviatingSites(const std::vector<storage::v1::CommittedDataset>& datasets,
                          const std::vector<ScoredField>& fields, v1::ScoreReport* report);

}  // namespace blindlink::resolver
