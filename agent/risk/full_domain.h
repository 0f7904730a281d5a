#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "agent/risk/quasi_table.h"
#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Searches one level of each hierarchy, steps above the values, so that all of a column is
// generalized alike. Rows in groups that may not stand are suppressed, at most the share
// `max_suppressed` of all. Starts with everything generalized and takes back, one step at a time,
// what wins most while the rest may stand: a good solution, not always the best one.
// FAILED_PRECONDITION if even all rows together break a rule.
absl::StatusOr<QuasiTable> RecodeFullDomain(const RecodingProblem& problem, double max_suppressed,
                                            const std::function<void(double)>& progress = nullptr);

}  // namespace blindlink::agent
