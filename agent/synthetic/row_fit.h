#pragma once

#include <vector>

#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/random_source.h"
#include "agent/synthetic/tree_model.h"

namespace blindlink::agent {

// Moves rows towards estimates of pairs that no tree can hold together: two random rows exchange
// one value if that brings the counts of pairs closer to the estimates (weighted squares). The
// counts of single values stay exactly as they are. The estimates are scaled to the rows.
void FitRows(const std::vector<PairEstimate>& estimates, CodedTable* table, RandomSource& random);

}  // namespace blindlink::agent
