#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/risk/discrete_laplace.h"

namespace blindlink::agent {

// "0.5", "1", "2.25" as a fraction, exactly. INVALID_ARGUMENT unless it is a decimal number above 0
// and at most 100, with at most six digits after the point.
absl::StatusOr<Fraction> ParseEpsilon(const std::string& text);

// The record of what noisy releases of one dataset have cost together: a text file with one line
// per release, "epsilon<TAB>what". The first line is the limit.
//
// Adds a line, durably and before anything is released. FAILED_PRECONDITION, with what is left, if
// the sum would exceed the limit. A file that does not exist is begun with `limit`; a file that
// exists keeps its own limit, and `limit` may be empty. A lock on `file`.lock makes processes
// and threads that use one file spend one after the other.
absl::Status SpendBudget(const std::string& file, const std::string& limit,
                         const std::string& epsilon, const std::string& what);

}  // namespace blindlink::agent
