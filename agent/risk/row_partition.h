#pragma once

#include <cstdint>

#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Divides all rows from the top of the hierarchies down (as Mondrian does, LeFevre et al. 2006):
// each part by the column that wins most, into the values below its node, as long as it is larger
// than `most` and all pieces may stand as groups. Values too rare for a piece of their own stay
// together. A part that no column divides is cut into pieces at random where those may stand. The
// rows as a whole must be able to stand. Returns the parts. Thread-safe.
Grouping PartitionRows(const RecodingProblem& problem, uint32_t most);

}  // namespace blindlink::agent
