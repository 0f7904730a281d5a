#pragma once

#include <vector>

#include "absl/types/span.h"
#include "resolver/results/named_decision.h"
#include "resolver/review/named_pair.h"

namespace blindlink::resolver {

// Two records that people decided are two persons though links lead from one to the other.
struct LinkConflict {
  NamedPair apart;
  std::vector<NamedPair> chain;  // a shortest one, from apart.left on
};

// In the order of the pairs. Decisions about one pair must not occur twice.
std::vector<LinkConflict> FindConflicts(absl::Span<const NamedDecision> decisions);

}  // namespace blindlink::resolver
