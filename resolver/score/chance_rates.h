#pragma once

#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/evidence/field_levels.h"

namespace blindlink {

// By scored field and level the share of pairs of strangers that agree so, among those where both
// have a value; [0] means nothing.
using ChanceRates = std::vector<std::vector<double>>;

// From what the sites measured on their own records (UploadCounts.chance), all sites weighing the
// same, since a pair of records comes from two of them. A little of the catalog's usual rates is mixed
// in, so that nothing that was never seen counts as impossible; where no site measured a field the
// usual rates stand. Counts that do not fit the field are passed over.
ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites);

}  // namespace blindlink
