#pragma once

#include "resolver/results/result_rows.h"

namespace blindlink::resolver {

// faint.rows, in the order of left, right: the pairs (ScoredPairRow) that shared a token but were
// hopeless, so that considered.rows does not have them. A run that starts from this one needs them:
// when other records join, they may be inside an entity. So does who asks why two did not match.
inline constexpr char kFaintFile[] = "faint.rows";

}  // namespace blindlink::resolver
