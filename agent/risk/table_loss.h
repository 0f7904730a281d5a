#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/risk/equal_rows.h"
#include "agent/risk/quasi_table.h"

namespace blindlink::agent {

struct ColumnLoss {
  std::string column;
  // 1 - the mean share of the column's values that a released cell leaves open.
  double granularity = 1;
  // The share of the column's information (bits) that is kept; 1 for a column of one value.
  double entropy_kept = 1;
  // Released cells by how far they are generalized: steps above the value, from 0.
  std::vector<uint64_t> cells_by_steps;
};

// What a release has lost against the original. Suppressed rows have lost everything.
struct TableLoss {
  double granularity = 1;     // mean over columns; 1 - NCP
  double entropy_kept = 1;    // non-uniform entropy, mean over columns
  double discernibility = 0;  // sum of squared group sizes, suppressed rows at n each, over n^2
  std::vector<ColumnLoss> columns;
};

// The tables have the same rows in the same order. INVALID_ARGUMENT, with the row, if a released
// cell does not hold the original one.
absl::StatusOr<TableLoss> MeasureLoss(const QuasiColumns& columns, const QuasiTable& original,
                                      const QuasiTable& released, const EqualRows& groups);

}  // namespace blindlink::agent
