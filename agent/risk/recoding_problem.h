#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "agent/risk/hierarchy.h"

namespace blindlink::agent {

// A column that must be told apart as little as the others in every group (the disease, the wage),
// and by how much. 0: not asked.
struct SensitiveRule {
  std::vector<uint32_t> codes;  // per row
  std::vector<double> share;    // per code, of all rows
  uint32_t distinct = 0;
  double entropy = 0;
  double closeness = 0;
};

// A quasi-identifier and the price of releasing each of its nodes instead of the value.
struct RecodingColumn {
  const Hierarchy* tree;  // outlives the problem
  // Per node, from 0 for what tells as much as the value itself does on average. Grows to the root.
  std::vector<float> cost;
  // Per node: its place when the tree is walked depth first, so that relatives are neighbours.
  std::vector<uint32_t> order;
};

// What is asked of a search: groups of rows of at least `k` that keep the rules, at the least cost,
// the sum over all rows and columns of the cost of the smallest node that holds the group's values.
struct RecodingProblem {
  std::vector<RecodingColumn> columns;
  size_t row_count = 0;
  std::vector<NodeId> cells;  // row by row
  uint32_t k = 1;
  std::vector<SensitiveRule> sensitive;

  size_t width() const { return columns.size(); }
  const NodeId* row(uint32_t index) const { return &cells[size_t{index} * columns.size()]; }
};

// Rows that are released alike, group after group.
struct Grouping {
  std::vector<uint32_t> rows;   // every row once
  std::vector<uint32_t> sizes;  // of the groups, which lie in `rows` one after the other
};

// Mostly the share of values that a node leaves open (the normalized certainty penalty of Xu et al.
// 2006), and to a smaller part the information that it loses (non-uniform entropy, Gionis and Tassa
// 2007), times `weight`. `cells`: the column's values, row by row.
RecodingColumn MakeRecodingColumn(const Hierarchy& tree, absl::Span<const NodeId> cells,
                                  double weight);

// The smallest nodes that hold all of `rows`, one per column.
std::vector<NodeId> JoinRows(const RecodingProblem& problem, absl::Span<const uint32_t> rows);

// The cost of one row of a group with these nodes.
float CostOfNodes(const RecodingProblem& problem, absl::Span<const NodeId> nodes);

// Of all groups.
double CostOf(const RecodingProblem& problem, const Grouping& grouping);

}  // namespace blindlink::agent
