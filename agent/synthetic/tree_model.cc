#include "agent/synthetic/tree_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace blindlink::agent {
namespace {

template <typename Value>
void Shuffle(std::vector<Value>* values, RandomSource& random) {
  for (size_t i = values->size(); i > 1; --i)
    std::swap((*values)[i - 1], (*values)[random.Below(i)]);
}

// Changes values of rows, chosen at random, until each value is as frequent as wanted.
void Adjust(const std::vector<uint64_t>& wanted, std::vector<uint16_t>* column,
            RandomSource& random) {
  std::vector<int64_t> surplus(wanted.size());
  for (const uint16_t code : *column) ++surplus[code];
  for (size_t v = 0; v < wanted.size(); ++v) surplus[v] -= static_cast<int64_t>(wanted[v]);
  std::vector<uint16_t> lacking;
  for (size_t v = 0; v < wanted.size(); ++v) {
    for (int64_t i = surplus[v]; i < 0; ++i) lacking.push_back(static_cast<uint16_t>(v));
  }
  Shuffle(&lacking, random);
  std::vector<size_t> order(column->size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (!lacking.empty()) Shuffle(&order, random);
  for (const size_t row : order) {
    if (lacking.empty()) break;
    uint16_t& code = (*column)[row];
    if (surplus[code] <= 0) continue;
    --surplus[code];
    code = lacking.back();
    lacking.pop_back();
  }
}

}  // namespace

std::vector<uint64_t> SplitRows(const std::vector<double>& weights, uint64_t rows,
                                RandomSource& random) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double equal = 1.0 / static_cast<double>(weights.size());
  std::vector<uint64_t> counts(weights.size());
  // Systematic sampling: one random offset, and a row at every whole number that the cumulated
  // shares pass.
  double reached = random.Uniform();
  uint64_t given = 0;
  for (size_t v = 0; v < weights.size(); ++v) {
    reached += (sum > 0 ? weights[v] / sum : equal) * static_cast<double>(rows);
    const uint64_t upto =
        v + 1 == weights.size() ? rows : std::min(static_cast<uint64_t>(std::floor(reached)), rows);
    counts[v] = upto - given;
    given = upto;
  }
  return counts;
}

TreeModel::TreeModel(std::vector<std::vector<double>> columns, std::vector<PairEstimate> edges,
                     double total)
    : columns_(std::move(columns)),
      edges_(std::move(edges)),
      links_(columns_.size()),
      total_(total) {
  for (const PairEstimate& edge : edges_) {
    links_[edge.pair.first].push_back({edge.pair.second, &edge});
    links_[edge.pair.second].push_back({edge.pair.first, &edge});
  }
}

std::vector<double> TreeModel::Conditional(size_t from, const Link& link) const {
  const size_t height = columns_[from].size(), width = columns_[link.to].size();
  const bool forward = link.edge->pair.first == from;
  std::vector<double> table(height * width);
  for (size_t i = 0; i < height; ++i) {
    double sum = 0;
    for (size_t j = 0; j < width; ++j) {
      const double cell = link.edge->counts[forward ? i * width + j : j * height + i];
      table[i * width + j] = cell;
      sum += cell;
    }
    for (size_t j = 0; j < width; ++j) {
      double& cell = table[i * width + j];
      cell = sum > 0 ? cell / sum : columns_[link.to][j] / total_;
    }
  }
  return table;
}

std::vector<std::vector<double>> TreeModel::ExpectedWith(size_t column, size_t most_cells) const {
  const size_t height = columns_[column].size();
  std::vector<std::vector<double>> joint(columns_.size());
  joint[column].resize(height * height);
  for (size_t i = 0; i < height; ++i) joint[column][i * height + i] = columns_[column][i];
  std::vector<size_t> reached{column};
  for (size_t next = 0; next < reached.size(); ++next) {
    const size_t from = reached[next], middle = columns_[from].size();
    for (const Link& link : links_[from]) {
      const size_t width = columns_[link.to].size();
      if (!joint[link.to].empty() || height * width > most_cells) continue;
      const std::vector<double> conditional = Conditional(from, link);
      std::vector<double>& table = joint[link.to];
      table.resize(height * width);
      for (size_t i = 0; i < height; ++i) {
        for (size_t m = 0; m < middle; ++m) {
          const double mass = joint[from][i * middle + m];
          if (mass == 0) continue;
          for (size_t j = 0; j < width; ++j) {
            table[i * width + j] += mass * conditional[m * width + j];
          }
        }
      }
      reached.push_back(link.to);
    }
  }
  // Columns of other trees are independent.
  for (size_t other = 0; other < columns_.size(); ++other) {
    const size_t width = columns_[other].size();
    if (!joint[other].empty() || height * width > most_cells) continue;
    joint[other].resize(height * width);
    for (size_t cell = 0; cell < height * width; ++cell) {
      joint[other][cell] = columns_[column][cell / width] * columns_[other][cell % width] / total_;
    }
  }
  return joint;
}

void TreeModel::DrawRoot(size_t column, CodedTable* table, RandomSource& random) const {
  std::vector<uint16_t>& values = table->columns[column];
  const std::vector<uint64_t> counts = SplitRows(columns_[column], values.size(), random);
  size_t row = 0;
  for (size_t v = 0; v < counts.size(); ++v) {
    for (uint64_t i = 0; i < counts[v]; ++i) values[row++] = static_cast<uint16_t>(v);
  }
  Shuffle(&values, random);
}

void TreeModel::DrawColumn(size_t from, const Link& link, CodedTable* table,
                           RandomSource& random) const {
  const std::vector<double> conditional = Conditional(from, link);
  const size_t width = columns_[link.to].size();
  std::vector<std::vector<size_t>> rows_of(columns_[from].size());
  for (size_t row = 0; row < table->columns[from].size(); ++row) {
    rows_of[table->columns[from][row]].push_back(row);
  }
  std::vector<uint16_t>& values = table->columns[link.to];
  for (size_t v = 0; v < rows_of.size(); ++v) {
    Shuffle(&rows_of[v], random);
    const auto begin = conditional.begin() + static_cast<std::ptrdiff_t>(v * width);
    const std::vector<uint64_t> counts =
        SplitRows({begin, begin + static_cast<std::ptrdiff_t>(width)}, rows_of[v].size(), random);
    size_t next = 0;
    for (size_t value = 0; value < width; ++value) {
      for (uint64_t i = 0; i < counts[value]; ++i) {
        values[rows_of[v][next++]] = static_cast<uint16_t>(value);
      }
    }
  }
  Adjust(SplitRows(columns_[link.to], values.size(), random), &values, random);
}

CodedTable TreeModel::Draw(const std::vector<uint32_t>& sizes, uint64_t rows,
                           RandomSource& random) const {
  CodedTable table;
  table.sizes = sizes;
  table.columns.assign(columns_.size(), std::vector<uint16_t>(rows));
  std::vector<bool> drawn(columns_.size());
  for (size_t root = 0; root < columns_.size(); ++root) {
    if (drawn[root]) continue;
    DrawRoot(root, &table, random);
    drawn[root] = true;
    std::vector<size_t> reached{root};
    for (size_t next = 0; next < reached.size(); ++next) {
      for (const Link& link : links_[reached[next]]) {
        if (drawn[link.to]) continue;
        DrawColumn(reached[next], link, &table, random);
        drawn[link.to] = true;
        reached.push_back(link.to);
      }
    }
  }
  return table;
}

}  // namespace blindlink::agent
