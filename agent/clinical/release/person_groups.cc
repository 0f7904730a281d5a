#include "agent/clinical/release/person_groups.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/risk/hierarchy.h"
#include "agent/risk/hierarchy_file.h"
#include "agent/risk/local_recoding.h"
#include "agent/risk/recoding_problem.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// The tree with one more value, the empty one, under its root: what a site does not know.
absl::StatusOr<Hierarchy> WithMissing(const Hierarchy& tree) {
  HierarchyBuilder builder;
  for (NodeId node = 0; node < tree.size(); ++node) {
    if (!tree.children(node).empty()) continue;
    std::vector<absl::string_view> path = {tree.name(node)};
    for (NodeId at = node; at != tree.root(); at = tree.parent(at)) {
      path.push_back(tree.name(tree.parent(at)));
    }
    BL_RETURN_IF_ERROR(builder.AddPath(path));
  }
  if (tree.Find("") == kNoNode) BL_RETURN_IF_ERROR(builder.AddPath({"", tree.name(tree.root())}));
  return builder.Build();
}

absl::StatusOr<Hierarchy> HierarchyOf(const v1::QuasiIdentifier& identifier,
                                      const ReleasePlan& plan) {
  if (identifier.has_ranges()) {
    const v1::NumberRanges& ranges = identifier.ranges();
    BL_ASSIGN_OR_RETURN(const Hierarchy tree,
                        MakeNumberHierarchy(ranges.smallest(), ranges.largest(), ranges.step()));
    return WithMissing(tree);
  }
  BL_ASSIGN_OR_RETURN(const Hierarchy tree,
                      ReadHierarchy(plan.Beside(identifier.hierarchy()).string()));
  return WithMissing(tree);
}

uint64_t PersonsWith(const TableColumn& column, size_t value) {
  return static_cast<uint64_t>(
      std::count(column.rows.begin(), column.rows.end(), static_cast<uint32_t>(value)));
}

// The node of each of the column's values. A number outside the plan's ranges is an error of the
// source, such as a birth in the future: it is not released.
absl::StatusOr<std::vector<NodeId>> NodesOf(const TableColumn& column, const Hierarchy& tree,
                                            bool is_number, uint64_t* out_of_range) {
  std::vector<NodeId> nodes;
  for (const std::string& value : column.values) {
    nodes.push_back(tree.Find(value));
    if (nodes.back() != kNoNode) continue;
    const uint64_t persons = PersonsWith(column, nodes.size() - 1);
    if (is_number) {
      nodes.back() = tree.Find("");
      *out_of_range += persons;
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the hierarchy of ", column.name, " lacks a value that ", persons,
                     " persons have: add it to the hierarchy, or correct it at its source"));
  }
  return nodes;
}

struct Problem {
  std::vector<Hierarchy> trees;
  RecodingProblem problem;
  uint64_t out_of_range = 0;
};

absl::StatusOr<Problem> MakeProblem(const PersonTable& persons, const ReleasePlan& plan) {
  Problem made;
  made.problem.row_count = persons.row_count;
  made.problem.k = plan.proto().targets().k();
  std::vector<std::vector<NodeId>> cells;
  for (size_t i = 0; i < persons.columns.size(); ++i) {
    const v1::QuasiIdentifier& identifier = plan.proto().quasi_identifiers(static_cast<int>(i));
    BL_ASSIGN_OR_RETURN(Hierarchy tree, HierarchyOf(identifier, plan));
    BL_ASSIGN_OR_RETURN(
        const std::vector<NodeId> nodes,
        NodesOf(persons.columns[i], tree, identifier.has_ranges(), &made.out_of_range));
    made.trees.push_back(std::move(tree));
    cells.emplace_back();
    for (const uint32_t row : persons.columns[i].rows) cells.back().push_back(nodes[row]);
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    const double weight = plan.proto().quasi_identifiers(static_cast<int>(i)).weight();
    made.problem.columns.push_back(MakeRecodingColumn(made.trees[i], cells[i], weight));
  }
  for (size_t row = 0; row < persons.row_count; ++row) {
    for (const auto& column : cells) made.problem.cells.push_back(column[row]);
  }
  return made;
}

// The columns of `persons` with the values of `grouping`.
PersonTable Recoded(const PersonTable& persons, const Problem& made, const Grouping& grouping) {
  PersonTable recoded;
  recoded.row_count = persons.row_count;
  std::vector<absl::flat_hash_map<NodeId, uint32_t>> numbers(persons.columns.size());
  for (const TableColumn& column : persons.columns) {
    recoded.columns.push_back({column.name, {}, std::vector<uint32_t>(persons.row_count), {}});
  }
  size_t begin = 0;
  for (const uint32_t size : grouping.sizes) {
    const auto rows = absl::MakeConstSpan(grouping.rows).subspan(begin, size);
    const std::vector<NodeId> nodes = JoinRows(made.problem, rows);
    for (size_t c = 0; c < nodes.size(); ++c) {
      TableColumn& column = recoded.columns[c];
      const auto [number, added] =
          numbers[c].emplace(nodes[c], static_cast<uint32_t>(column.values.size()));
      if (added) column.values.push_back(made.trees[c].name(nodes[c]));
      for (const uint32_t row : rows) column.rows[row] = number->second;
    }
    begin += size;
  }
  return recoded;
}

}  // namespace

absl::StatusOr<PersonGroups> GroupPersons(const PersonTable& persons, const ReleasePlan& plan) {
  PersonGroups groups;
  if (persons.columns.empty() || persons.row_count == 0) {
    groups.recoded = persons;
    return groups;
  }
  BL_ASSIGN_OR_RETURN(const Problem made, MakeProblem(persons, plan));
  const absl::StatusOr<Grouping> grouping = RecodeLocally(made.problem, {});
  if (!grouping.ok()) {
    groups.verdict = grouping.status();
    return groups;
  }
  groups.recoded = Recoded(persons, made, *grouping);
  groups.out_of_range = made.out_of_range;
  return groups;
}

std::vector<std::string> HierarchyFilesOf(const ReleasePlan& plan) {
  std::vector<std::string> files;
  for (const v1::QuasiIdentifier& one : plan.proto().quasi_identifiers()) {
    if (!one.hierarchy().empty()) files.push_back(plan.Beside(one.hierarchy()).string());
  }
  return files;
}

}  // namespace blindlink::agent
