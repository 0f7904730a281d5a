#include "agent/risk/recoding_problem.h"

#include <algorithm>
#include <cmath>

namespace blindlink::agent {
namespace {

// How much of the cost is for values left open; the rest is for information lost.
constexpr double kShareOfOpen = 0.85;

std::vector<uint32_t> DepthFirstOrder(const Hierarchy& tree) {
  std::vector<uint32_t> order(tree.size());
  std::vector<NodeId> open = {tree.root()};
  uint32_t next = 0;
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    order[node] = next++;
    for (size_t i = tree.children(node).size(); i-- > 0;) open.push_back(tree.children(node)[i]);
  }
  return order;
}

// How many rows each node stands for.
std::vector<double> RowsUnder(const Hierarchy& tree, absl::Span<const NodeId> cells) {
  std::vector<double> rows(tree.size());
  for (const NodeId cell : cells) ++rows[cell];
  for (NodeId node = static_cast<NodeId>(tree.size()); node-- > 1;) {
    rows[tree.parent(node)] += rows[node];
  }
  return rows;
}

}  // namespace

RecodingColumn MakeRecodingColumn(const Hierarchy& tree, absl::Span<const NodeId> cells,
                                  double weight) {
  RecodingColumn column{&tree, std::vector<float>(tree.size()), DepthFirstOrder(tree)};
  const std::vector<double> rows = RowsUnder(tree, cells);
  double information = 0;  // bits, summed over all rows
  for (const NodeId cell : cells) {
    information += std::log2(static_cast<double>(cells.size()) / rows[cell]);
  }
  information /= static_cast<double>(std::max<size_t>(1, cells.size()));
  const double most = std::max<double>(1, tree.leaves(tree.root()) - 1);
  for (NodeId node = 0; node < tree.size(); ++node) {
    const double open = (tree.leaves(node) - 1) / most;
    const double lost = information > 0 ? std::log2(std::max(1.0, rows[node])) / information : 0;
    column.cost[node] =
        static_cast<float>(weight * (kShareOfOpen * open + (1 - kShareOfOpen) * lost));
  }
  return column;
}

std::vector<NodeId> JoinRows(const RecodingProblem& problem, absl::Span<const uint32_t> rows) {
  const NodeId* first = problem.row(rows[0]);
  std::vector<NodeId> nodes(first, first + problem.width());
  for (const uint32_t row : rows) {
    const NodeId* cells = problem.row(row);
    for (size_t q = 0; q < nodes.size(); ++q) {
      if (nodes[q] != cells[q]) nodes[q] = problem.columns[q].tree->Join(nodes[q], cells[q]);
    }
  }
  return nodes;
}

float CostOfNodes(const RecodingProblem& problem, absl::Span<const NodeId> nodes) {
  float cost = 0;
  for (size_t q = 0; q < nodes.size(); ++q) cost += problem.columns[q].cost[nodes[q]];
  return cost;
}

double CostOf(const RecodingProblem& problem, const Grouping& grouping) {
  double cost = 0;
  const uint32_t* next = grouping.rows.data();
  for (const uint32_t size : grouping.sizes) {
    cost += static_cast<double>(size) *
            static_cast<double>(CostOfNodes(problem, JoinRows(problem, {next, size})));
    next += size;
  }
  return cost;
}

}  // namespace blindlink::agent
