#include "agent/risk/small_cells.h"

#include <algorithm>

namespace blindlink::agent {
namespace {

// The table with its totals as a further row and column; all lines then add up to a known number
// in the same way, and a hidden total is a hidden cell like any other.
class Hider {
 public:
  Hider(const CountTable& table, uint32_t min_cell)
      : rows_(table.rows + 1), columns_(table.columns + 1), min_cell_(min_cell) {
    cells_.assign(rows_ * columns_, 0);
    for (size_t r = 0; r < table.rows; ++r) {
      for (size_t c = 0; c < table.columns; ++c) {
        const uint64_t count = table.cells[r * table.columns + c];
        cells_[At(r, c)] += count;
        cells_[At(r, table.columns)] += count;
        cells_[At(table.rows, c)] += count;
        cells_[At(table.rows, table.columns)] += count;
      }
    }
    for (const uint64_t count : cells_) hidden_.push_back(count > 0 && count < min_cell);
  }

  void HideAll() {
    while (HideForSums() || HideForBridges()) {
    }
  }

  std::optional<uint64_t> Shown(size_t r, size_t c) const {
    if (hidden_[At(r, c)]) return std::nullopt;
    return cells_[At(r, c)];
  }

 private:
  size_t At(size_t r, size_t c) const { return r * columns_ + c; }
  size_t LineCount() const { return rows_ + columns_; }
  size_t LineSize(size_t line) const { return line < rows_ ? columns_ : rows_; }
  size_t InLine(size_t line, size_t i) const {
    return line < rows_ ? At(line, i) : At(i, line - rows_);
  }

  // Hides the smallest shown count above 0 of a line; false if there is none.
  bool HideOneMore(size_t line) {
    std::optional<size_t> best;
    for (size_t i = 0; i < LineSize(line); ++i) {
      const size_t at = InLine(line, i);
      if (hidden_[at] || cells_[at] == 0) continue;
      if (!best.has_value() || cells_[at] < cells_[*best]) best = at;
    }
    if (best.has_value()) hidden_[*best] = true;
    return best.has_value();
  }

  bool HideForSums() {
    bool any = false;
    for (size_t line = 0; line < LineCount(); ++line) {
      uint64_t sum = 0;
      size_t count = 0;
      for (size_t i = 0; i < LineSize(line); ++i) {
        const size_t at = InLine(line, i);
        if (hidden_[at]) sum += cells_[at];
        if (hidden_[at]) ++count;
      }
      if (count > 0 && (count < 2 || sum < min_cell_)) any |= HideOneMore(line);
    }
    return any;
  }

  // Lines that hang together by hidden cells without `left_out`, from `start`.
  std::vector<char> Reach(size_t start, size_t left_out) const {
    std::vector<char> seen(LineCount());
    std::vector<size_t> open = {start};
    seen[start] = 1;
    while (!open.empty()) {
      const size_t line = open.back();
      open.pop_back();
      for (size_t i = 0; i < LineSize(line); ++i) {
        const size_t at = InLine(line, i);
        if (!hidden_[at] || at == left_out) continue;
        const size_t other = line < rows_ ? rows_ + i : i;
        if (seen[other]) continue;
        seen[other] = 1;
        open.push_back(other);
      }
    }
    return seen;
  }

  bool HideForBridges() {
    for (size_t at = 0; at < cells_.size(); ++at) {
      if (!hidden_[at]) continue;
      const size_t row = at / columns_;
      const size_t column = at % columns_;
      const std::vector<char> side = Reach(row, at);
      if (side[rows_ + column]) continue;
      return HideAcross(side);
    }
    return false;
  }

  // Hides the smallest shown count above 0 between a row of one side and a column of the other.
  bool HideAcross(const std::vector<char>& side) {
    std::optional<size_t> best;
    for (size_t at = 0; at < cells_.size(); ++at) {
      if (hidden_[at] || cells_[at] == 0) continue;
      if (side[at / columns_] == side[rows_ + at % columns_]) continue;
      if (!best.has_value() || cells_[at] < cells_[*best]) best = at;
    }
    if (best.has_value()) hidden_[*best] = true;
    return best.has_value();
  }

  const size_t rows_;
  const size_t columns_;
  const uint64_t min_cell_;
  std::vector<uint64_t> cells_;
  std::vector<bool> hidden_;
};

}  // namespace

ShownTable HideSmallCells(const CountTable& table, uint32_t min_cell) {
  Hider hider(table, min_cell);
  hider.HideAll();
  ShownTable out{table.rows, table.columns, {}, {}, {}, hider.Shown(table.rows, table.columns)};
  for (size_t r = 0; r < table.rows; ++r) {
    for (size_t c = 0; c < table.columns; ++c) out.cells.push_back(hider.Shown(r, c));
    out.row_totals.push_back(hider.Shown(r, table.columns));
  }
  for (size_t c = 0; c < table.columns; ++c) {
    out.column_totals.push_back(hider.Shown(table.rows, c));
  }
  return out;
}

}  // namespace blindlink::agent
