#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

struct LocalRecodingOptions {
  int threads = 2;
  // Rows that are grouped at once. More: less is lost, and it takes longer, in proportion.
  uint32_t part = 1024;
};

// Searches groups of the least cost by multidimensional local recoding: divides the rows from the
// top of the hierarchies down (PartitionRows), then groups the rows of each part from the bottom up
// (GroupBuilder). The result is the same for any number of threads. FAILED_PRECONDITION if even all
// rows together break a rule. `progress` gets the share of the work that is done, from one thread.
absl::StatusOr<Grouping> RecodeLocally(const RecodingProblem& problem,
                                       const LocalRecodingOptions& options,
                                       const std::function<void(double)>& progress = nullptr);

}  // namespace blindlink::agent
