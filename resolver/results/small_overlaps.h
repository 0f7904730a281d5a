#pragma once

#include <cstdint>
#include <vector>

#include "blindlink/v1/result_service.pb.h"

namespace blindlink::resolver {

// Suppresses counts from 1 to `largest_small` among the overlaps of sites (one cell for each two
// sites, and one for each site alone), and withholds further overlaps as long as the shown ones
// tell more of a suppressed overlap than that it lies within these limits. What they tell is that
// two overlaps with a third site leave no more room than that site has entities:
//   AB + AC - A <= BC <= AC + (B - AB), and BC <= B.
// Withheld is the smallest shown overlap that takes part. Overlaps that are withheld are bounded by
// a further site in the same way, and this is taken into account once. Sites' own counts are never
// withheld. `cells` keep their order. Takes time in proportion to the suppressed cells and the
// square of the number of sites. Thread-safe.
std::vector<v1::OverlapCell> SuppressSmall(std::vector<v1::OverlapCell> cells,
                                           uint64_t largest_small);

}  // namespace blindlink::resolver
