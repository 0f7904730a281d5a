#pragma once

#include <cstdint>
#include <vector>

#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/noisy_counter.h"
#include "agent/synthetic/random_source.h"

namespace blindlink::agent {

// What is known of a pair of columns: non-negative counts, row-major like NoisyCounts, whose sums
// are those of the columns.
struct PairEstimate {
  ColumnPair pair;
  std::vector<double> counts;
};

// Splits `rows` among values in proportion to `weights`: each gets its share rounded down or up,
// and on average exactly its share. Weights that are all 0 count as equal.
std::vector<uint64_t> SplitRows(const std::vector<double>& weights, uint64_t rows,
                                RandomSource& random);

// A distribution in which each column depends on one other: a forest over the columns (Chow and
// Liu 1968). Immutable; thread-safe.
class TreeModel {
 public:
  // `edges` form no cycle. All counts have the sum `total`.
  TreeModel(std::vector<std::vector<double>> columns, std::vector<PairEstimate> edges,
            double total);

  double total() const { return total_; }
  // What the model expects of columns that no edge joins, through the edges between them.
  // [other] is empty for columns that it does not reach within `most_cells` cells a table.
  std::vector<std::vector<double>> ExpectedWith(size_t column, size_t most_cells) const;
  // Rows whose counts of values, and of pairs along edges, differ from the model's only by
  // rounding.
  CodedTable Draw(const std::vector<uint32_t>& sizes, uint64_t rows, RandomSource& random) const;

 private:
  struct Link {
    size_t to;
    const PairEstimate* edge;
  };
  // P(value of `link.to` | value of `from`), row-major.
  std::vector<double> Conditional(size_t from, const Link& link) const;
  void DrawColumn(size_t from, const Link& link, CodedTable* table, RandomSource& random) const;
  void DrawRoot(size_t column, CodedTable* table, RandomSource& random) const;

  std::vector<std::vector<double>> columns_;
  std::vector<PairEstimate> edges_;
  std::vector<std::vector<Link>> links_;  // of each column
  double total_;
};

}  // namespace blindlink::agent
