#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace blindlink::agent {

// Counts by two columns; `cells` row by row.
struct CountTable {
  size_t rows = 0;
  size_t columns = 0;
  std::vector<uint64_t> cells;
};

// The table with its totals. A cell without value is not shown.
struct ShownTable {
  size_t rows = 0;
  size_t columns = 0;
  std::vector<std::optional<uint64_t>> cells;
  std::vector<std::optional<uint64_t>> row_totals;
  std::vector<std::optional<uint64_t>> column_totals;
  std::optional<uint64_t> total;
};

// Hides counts from 1 to min_cell - 1, totals too, and further cells so that no hidden one follows
// from the others: hidden cells and the totals' hidden cells form a graph of rows and columns, and
// a cell can be calculated exactly if it is a bridge of that graph (Gusfield 1988). Besides, the
// hidden cells of a row or column add up to min_cell or more, since a small sum bounds them all.
// Zeros are shown. The cell hidden in addition is the smallest that helps. Thread-safe.
ShownTable HideSmallCells(const CountTable& table, uint32_t min_cell);

}  // namespace blindlink::agent
