#pragma once

#include <cstddef>
#include <vector>

namespace blindlink::agent {

// What can be known of counts whose noise has a known variance. All of it is post-processing of
// noisy counts: it costs no privacy. Pure functions; thread-safe.

// The nearest non-negative counts with this sum (L2). `total` > 0; `counts` is not empty.
std::vector<double> ProjectToTotal(std::vector<double> counts, double total);

// Scales rows and columns by turns until their sums are `row_sums` and `column_sums`, which have
// equal totals (iterative proportional fitting). `table` is row-major and non-negative.
void Rake(const std::vector<double>& row_sums, const std::vector<double>& column_sums,
          std::vector<double>* table);

// Removes the part of `residuals` (a row of neighbouring values) that its variances explain: a
// local linear fit whose bandwidth Mallows' Cp chooses, "no signal" among the choices.
std::vector<double> SmoothResiduals(const std::vector<double>& residuals,
                                    const std::vector<double>& variances);

// Counts of neighbouring values: between a smooth curve and the counts, as far as the noise and
// the curve's own chance variation say (an empirical Bayes estimate); single peaks stay.
std::vector<double> SmoothCounts(const std::vector<double>& counts, double variance);

// Counts of categories: those that noise alone could make are drawn to their common mean, and so
// are the others, each as far as noise explains how they differ (an empirical Bayes estimate).
std::vector<double> ShrinkCounts(const std::vector<double>& counts, double variance);

struct TableShape {
  size_t rows, columns;
  bool smooth_rows, smooth_columns;  // whether neighbouring rows or columns are alike
};
// Counts of pairs: between what is expected and what was measured, cell by cell. `expected` is
// positive where counts are possible.
std::vector<double> ShrinkToExpected(const TableShape& shape, const std::vector<double>& counts,
                                     double variance, std::vector<double> expected);

}  // namespace blindlink::agent
