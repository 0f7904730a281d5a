#include "agent/risk/hierarchy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kAnyValue = "*";
constexpr uint64_t kMostNumbers = 1'000'000;

int64_t FloorTo(int64_t value, int64_t width) {
  const int64_t rest = value % width;
  return value - (rest < 0 ? rest + width : rest);
}

}  // namespace

NodeId Hierarchy::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? kNoNode : found->second;
}

NodeId Hierarchy::Join(NodeId a, NodeId b) const {
  while (a != b) {
    if (nodes_[a].depth < nodes_[b].depth) std::swap(a, b);
    a = nodes_[a].parent;
  }
  return a;
}

bool Hierarchy::Holds(NodeId group, NodeId node) const {
  return AtDepth(node, nodes_[group].depth) == group;
}

NodeId Hierarchy::AtDepth(NodeId node, uint32_t depth) const {
  while (nodes_[node].depth > depth) node = nodes_[node].parent;
  return node;
}

absl::Status HierarchyBuilder::SetParent(absl::string_view name, absl::string_view parent,
                                         size_t position) {
  const auto [known, is_new] = parents_.emplace(name, parent);
  if (is_new) {
    order_.emplace_back(name);
    return absl::OkStatus();
  }
  if (known->second == parent) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("column ", position,
                   ": this group has another larger group in an earlier line; every group needs "
                   "exactly one, or different names"));
}

absl::Status HierarchyBuilder::AddPath(absl::Span<const absl::string_view> path) {
  values_[path[0]] = true;
  std::vector<absl::string_view> seen;
  for (size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && path[i] == path[i - 1]) continue;  // the same group
    if (std::find(seen.begin(), seen.end(), path[i]) != seen.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "column ", i + 1, ": a group cannot hold itself; this one occurs before in its line"));
    }
    seen.push_back(path[i]);
  }
  for (size_t i = 0; i < path.size(); ++i) {
    size_t next = i + 1;
    while (next < path.size() && path[next] == path[i]) ++next;
    const absl::string_view parent = next < path.size() ? path[next] : absl::string_view();
    BL_RETURN_IF_ERROR(SetParent(path[i], parent, std::min(next, path.size() - 1) + 1));
    i = next - 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<Hierarchy> HierarchyBuilder::Build() {
  if (order_.empty()) return absl::InvalidArgumentError("the hierarchy has no values");
  std::vector<std::string> tops;
  for (const std::string& name : order_) {
    if (parents_[name].empty()) tops.push_back(name);
  }
  if (tops.empty()) return absl::InvalidArgumentError("the groups hold each other in a circle");
  Hierarchy tree;
  absl::flat_hash_map<std::string, std::vector<std::string>> below;
  for (const std::string& name : order_) {
    if (!parents_[name].empty()) below[parents_[name]].push_back(name);
  }
  const bool one_top = tops.size() == 1 && !HasValue(tops[0]);
  std::string root = one_top ? tops[0] : std::string(kAnyValue);
  if (!one_top) {
    if (parents_.contains(root) && std::find(tops.begin(), tops.end(), root) == tops.end()) {
      return absl::InvalidArgumentError("'*' stands for any value: it cannot be a smaller group");
    }
    for (const std::string& top : tops) {
      if (top != root) below[root].push_back(top);
    }
  }
  tree.nodes_.push_back({std::move(root), 0, 0, 0, false});
  for (NodeId node = 0; node < tree.nodes_.size(); ++node) {
    const auto found = below.find(tree.nodes_[node].name);
    tree.children_.emplace_back();
    if (found == below.end()) continue;
    for (const std::string& child : found->second) {
      tree.children_[node].push_back(static_cast<NodeId>(tree.nodes_.size()));
      const uint32_t depth = tree.nodes_[node].depth + 1;
      tree.height_ = std::max(tree.height_, depth);
      tree.nodes_.push_back({child, node, depth, 0, false});
    }
  }
  if (tree.nodes_.size() < order_.size()) {
    return absl::InvalidArgumentError("some groups hold each other in a circle");
  }
  for (NodeId node = static_cast<NodeId>(tree.nodes_.size()); node-- > 0;) {
    Hierarchy::Node& it = tree.nodes_[node];
    tree.by_name_.emplace(it.name, node);
    it.is_value = HasValue(it.name);
    if (it.is_value || it.leaves == 0) ++it.leaves;
    if (node != 0) tree.nodes_[it.parent].leaves += it.leaves;
  }
  return tree;
}

absl::StatusOr<Hierarchy> MakeNumberHierarchy(int64_t smallest, int64_t largest, uint32_t step) {
  if (smallest > largest) {
    return absl::InvalidArgumentError("ranges: smallest must not be above largest");
  }
  const uint64_t count = static_cast<uint64_t>(largest) - static_cast<uint64_t>(smallest) + 1;
  if (count == 0 || count > kMostNumbers) {
    return absl::InvalidArgumentError(
        absl::StrCat("ranges: more than ", kMostNumbers, " numbers; use a hierarchy file"));
  }
  const int64_t first_width = std::max<int64_t>(1, step);
  HierarchyBuilder builder;
  for (int64_t value = smallest; value <= largest; ++value) {
    std::vector<std::string> path = {absl::StrCat(value)};
    int64_t width = first_width == 1 ? 2 : first_width;
    while (FloorTo(smallest, width) != FloorTo(largest, width) && width < (int64_t{1} << 40)) {
      const int64_t from = std::max(FloorTo(value, width), smallest);
      const int64_t to = std::min(FloorTo(value, width) + width - 1, largest);
      path.push_back(from == to ? absl::StrCat(from) : absl::StrCat(from, "-", to));
      width *= 2;
    }
    path.emplace_back(kAnyValue);
    BL_RETURN_IF_ERROR(builder.AddPath(std::vector<absl::string_view>(path.begin(), path.end())));
  }
  return builder.Build();
}

}  // namespace blindlink::agent
