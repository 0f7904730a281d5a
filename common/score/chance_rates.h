#pragma once

#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/evidence/field_levels.h"

namespace blindlink {

// The share of pairs of strangers that agree so, by level, among those where both have a value; [0]
// means nothing.
using LevelRates = std::vector<double>;

struct ChanceRates {
  std::vector<LevelRates> all;  // by scored field
  std::vector<LevelRates>
      same_year;  // of strangers born in one year; as `all` where it is the same
};

// From what the sites measured on their own records (UploadCounts.chance), all sites weighing the
// same, since a pair of records comes from two of them. A little of the catalog's usual rates is
// mixed in, so that nothing that was never seen counts as impossible; where no site measured a
// field the usual rates stand. Counts that do not fit the field are passed over.
ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites);

}  // namespace blindlink
