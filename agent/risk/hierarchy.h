#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// A value of a column or a group of values, by its place in a Hierarchy.
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = ~NodeId{0};

// How the values of one column are grouped into ever larger groups: a tree whose leaves are the
// values and whose root stands for any value. A name is one node: if a value is called like the
// group it is in ("Home" in the group "Home"), it is that group, because a reader of the released
// table cannot tell them apart. Immutable, so threads may share it.
class Hierarchy {
 public:
  NodeId root() const { return 0; }
  size_t size() const { return nodes_.size(); }
  const std::string& name(NodeId node) const { return nodes_[node].name; }
  // The root is its own parent.
  NodeId parent(NodeId node) const { return nodes_[node].parent; }
  // Steps from the root.
  uint32_t depth(NodeId node) const { return nodes_[node].depth; }
  uint32_t height() const { return height_; }
  // How many values a node stands for, at least 1.
  uint32_t leaves(NodeId node) const { return nodes_[node].leaves; }
  // Whether a table may hold it before it is generalized.
  bool is_value(NodeId node) const { return nodes_[node].is_value; }
  // Parents come before their children.
  absl::Span<const NodeId> children(NodeId node) const { return children_[node]; }

  // kNoNode if there is no such value.
  NodeId Find(absl::string_view name) const;
  // The smallest group that holds both.
  NodeId Join(NodeId a, NodeId b) const;
  // Whether `group` is `node` or holds it.
  bool Holds(NodeId group, NodeId node) const;
  // The ancestor `steps` below the root, or the node itself if it is not that deep.
  NodeId AtDepth(NodeId node, uint32_t depth) const;

 private:
  friend class HierarchyBuilder;
  struct Node {
    std::string name;
    NodeId parent = 0;
    uint32_t depth = 0;
    uint32_t leaves = 1;
    bool is_value = false;
  };
  std::vector<Node> nodes_;
  std::vector<std::vector<NodeId>> children_;
  absl::flat_hash_map<std::string, NodeId> by_name_;
  uint32_t height_ = 0;
};

// Collects paths and makes the tree. Not thread-safe.
class HierarchyBuilder {
 public:
  // A value with its groups, smallest first. INVALID_ARGUMENT if a group has another parent in an
  // earlier path, or is its own ancestor; the message begins with the position in the path,
  // counted from 1, as "column 3".
  absl::Status AddPath(absl::Span<const absl::string_view> path);
  // Whether the name is a value (first in a path).
  bool HasValue(absl::string_view name) const { return values_.contains(name); }
  // The tree. All topmost groups come under one root: the common topmost one, or else "*".
  absl::StatusOr<Hierarchy> Build();

 private:
  absl::Status SetParent(absl::string_view name, absl::string_view parent, size_t position);

  absl::flat_hash_map<std::string, std::string> parents_;  // empty: topmost
  absl::flat_hash_map<std::string, bool> values_;
  std::vector<std::string> order_;  // of first sight
};

// Whole numbers in ranges of step, 2*step, 4*step ... numbers that begin at multiples of their
// width; the root "*". INVALID_ARGUMENT if there are more than a million numbers.
absl::StatusOr<Hierarchy> MakeNumberHierarchy(int64_t smallest, int64_t largest, uint32_t step);

}  // namespace blindlink::agent
