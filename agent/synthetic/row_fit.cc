#include "agent/synthetic/row_fit.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace blindlink::agent {
namespace {

// One pair of columns: how far its counts are from the estimate, and what a step costs.
struct Target {
  size_t other;   // the column beside the one that changes
  size_t pair;    // index of the shared table
  bool is_first;  // the changing column is the pair's first
};

class RowFit {
 public:
  RowFit(const std::vector<PairEstimate>& estimates, CodedTable* table)
      : table_(*table), targets_(table->columns.size()) {
    for (const PairEstimate& estimate : estimates) AddTarget(estimate);
  }

  // Exchanges the values of `column` in two rows if that helps.
  void Try(size_t column, size_t row, size_t other_row) {
    std::vector<uint16_t>& values = table_.columns[column];
    const uint16_t value = values[row], other_value = values[other_row];
    if (value == other_value) return;
    double change = 0;
    for (const Target& target : targets_[column]) {
      const uint16_t beside = table_.columns[target.other][row];
      const uint16_t other_beside = table_.columns[target.other][other_row];
      if (beside == other_beside) continue;
      change += Cost(target, value, beside, -1) + Cost(target, other_value, beside, 1) +
                Cost(target, other_value, other_beside, -1) + Cost(target, value, other_beside, 1);
    }
    if (change >= 0) return;
    for (const Target& target : targets_[column]) {
      const uint16_t beside = table_.columns[target.other][row];
      const uint16_t other_beside = table_.columns[target.other][other_row];
      At(target, value, beside).surplus -= 1;
      At(target, other_value, beside).surplus += 1;
      At(target, other_value, other_beside).surplus -= 1;
      At(target, value, other_beside).surplus += 1;
    }
    std::swap(values[row], values[other_row]);
  }

  bool HasTargets(size_t column) const { return !targets_[column].empty(); }

 private:
  struct Cell {
    float surplus;  // count minus estimate
    float weight;   // of its square
  };
  struct Table {
    std::vector<Cell> cells;
    size_t width;
  };

  void AddTarget(const PairEstimate& estimate) {
    constexpr double kSlack = 4;  // counts of a few are not worth much
    const double sum = std::accumulate(estimate.counts.begin(), estimate.counts.end(), 0.0);
    const double scale = sum > 0 ? static_cast<double>(table_.rows()) / sum : 0;
    const std::vector<double> counts = CountPair(table_, estimate.pair);
    Table table{std::vector<Cell>(counts.size()), table_.sizes[estimate.pair.second]};
    for (size_t i = 0; i < counts.size(); ++i) {
      const double wanted = estimate.counts[i] * scale;
      table.cells[i] = {static_cast<float>(counts[i] - wanted),
                        static_cast<float>(1 / (wanted + kSlack))};
    }
    const auto [first, second] = estimate.pair;
    targets_[first].push_back({second, tables_.size(), true});
    targets_[second].push_back({first, tables_.size(), false});
    tables_.push_back(std::move(table));
  }

  Cell& At(const Target& target, uint16_t value, uint16_t beside) {
    Table& table = tables_[target.pair];
    return target.is_first ? table.cells[value * table.width + beside]
                           : table.cells[beside * table.width + value];
  }
  // Of one row more (step 1) or less (-1) in a cell.
  float Cost(const Target& target, uint16_t value, uint16_t beside, float step) {
    const Cell& cell = At(target, value, beside);
    return cell.weight * (2 * step * cell.surplus + 1);
  }

  CodedTable& table_;
  std::vector<Table> tables_;
  std::vector<std::vector<Target>> targets_;  // of each column
};

}  // namespace

void FitRows(const std::vector<PairEstimate>& estimates, CodedTable* table, RandomSource& random) {
  constexpr uint64_t kTriesPerValue = 60, kMostTries = 100'000'000;
  if (table->rows() < 2) return;
  RowFit fit(estimates, table);
  std::vector<size_t> columns;
  for (size_t c = 0; c < table->columns.size(); ++c) {
    if (fit.HasTargets(c)) columns.push_back(c);
  }
  if (columns.empty()) return;
  // Nothing here touches the data any more, so a fast generator serves.
  const std::unique_ptr<RandomSource> fast = SeededRandom(random.Next());
  const uint64_t tries = std::min(kMostTries, kTriesPerValue * table->rows() * columns.size());
  for (uint64_t i = 0; i < tries; ++i) {
    const size_t column = columns[fast->Below(columns.size())];
    const size_t row = fast->Below(table->rows());
    fit.Try(column, row, fast->Below(table->rows()));
  }
}

}  // namespace blindlink::agent
