#pragma once

#include <string>
#include <vector>

#include "agent/synthetic/coded_table.h"

namespace blindlink::agent {

// How close one table is to another, both with the same columns.
struct Closeness {
  // Total variation distances: half the sum of the differences of shares, 0 (equal) to 1.
  std::vector<double> columns;
  double one_way = 0, one_way_max = 0;  // mean and largest over the columns
  double two_way = 0, two_way_max = 0;  // over all pairs of columns
  double three_way = 0;                 // mean over 300 random triples
  double cramers_v = 0;                 // mean absolute difference of Cramer's V over all pairs
};

Closeness CompareTables(const CodedTable& real, const CodedTable& synthetic);

// Association of two columns, 0..1, without correction for bias; values that do not occur do not
// count. `counts` is row-major.
double CramersV(const std::vector<double>& counts, size_t columns);

}  // namespace blindlink::agent
