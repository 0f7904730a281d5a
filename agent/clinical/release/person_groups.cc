#include "agent/clinical/release/person_groups.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/risk/equal_rows.h"
#include "agent/risk/hierarchy.h"
#include "agent/risk/local_recoding.h"
#include "agent/risk/quasi_table.h"
#include "agent/risk/recoding_problem.h"
#include "agent/risk/risk_report.h"
#include "agent/risk/table_loss.h"
#include "agent/risk/table_risk.h"
#include "common/base/compact_encoding.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

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

// The plan's quasi-identifiers, each with a value for what is not known.
absl::StatusOr<QuasiColumns> ReadColumns(const ReleasePlan& plan) {
  BL_ASSIGN_OR_RETURN(QuasiColumns columns,
                      ReadQuasiColumns(plan.proto(), [&](const std::string& file) {
                        return plan.Beside(file).string();
                      }));
  for (QuasiColumns::Column& column : columns.columns) {
    BL_ASSIGN_OR_RETURN(column.tree, WithMissing(column.tree));
  }
  return columns;
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

// The persons' values as nodes. Columns beyond the quasi-identifiers are sensitive ones.
absl::StatusOr<QuasiTable> CellsOf(const QuasiColumns& columns, const PersonTable& persons,
                                   uint64_t* out_of_range) {
  QuasiTable table;
  table.width = columns.columns.size();
  table.cells.resize(persons.row_count * table.width);
  for (size_t c = 0; c < table.width; ++c) {
    const QuasiColumns::Column& column = columns.columns[c];
    BL_ASSIGN_OR_RETURN(
        const std::vector<NodeId> nodes,
        NodesOf(persons.columns[c], column.tree, column.file.empty(), out_of_range));
    for (size_t row = 0; row < persons.row_count; ++row) {
      table.cells[row * table.width + c] = nodes[persons.columns[c].rows[row]];
    }
  }
  return table;
}

PersonTable Recoded(const QuasiColumns& columns, const QuasiTable& released) {
  PersonTable recoded;
  recoded.row_count = released.row_count();
  for (size_t c = 0; c < released.width; ++c) {
    TableColumn column{columns.columns[c].name, {}, {}, {}};
    absl::flat_hash_map<NodeId, uint32_t> numbers;
    for (size_t row = 0; row < recoded.row_count; ++row) {
      const NodeId node = released.row(row)[c];
      const auto [number, added] =
          numbers.emplace(node, static_cast<uint32_t>(column.values.size()));
      if (added) column.values.push_back(columns.columns[c].tree.name(node));
      column.rows.push_back(number->second);
    }
    recoded.columns.push_back(std::move(column));
  }
  return recoded;
}

absl::Status VerdictOf(const RiskReport& report) {
  if (report.above_targets.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "nothing is released, since the best table of persons that was found is above the plan's "
      "targets:\n  ",
      absl::StrJoin(report.above_targets, "\n  ")));
}

}  // namespace

absl::StatusOr<PersonGroups> GroupPersons(const PersonTable& persons, const ReleasePlan& plan) {
  PersonGroups groups;
  if (plan.proto().quasi_identifiers().empty() || persons.row_count == 0) {
    groups.recoded.row_count = persons.row_count;
    return groups;
  }
  const v1::PrivacyTargets& targets = plan.proto().targets();
  BL_ASSIGN_OR_RETURN(const QuasiColumns columns, ReadColumns(plan));
  BL_ASSIGN_OR_RETURN(const QuasiTable original, CellsOf(columns, persons, &groups.out_of_range));
  BL_ASSIGN_OR_RETURN(const std::vector<SensitiveRule> sensitive, FindSensitive(targets, persons));
  const RecodingProblem problem = MakeProblem(columns, original, targets, sensitive);
  const absl::StatusOr<Grouping> found = RecodeLocally(problem, {});
  if (!found.ok()) {
    groups.verdict = found.status();
    return groups;
  }
  const QuasiTable released = Generalize(problem, *found);
  const EqualRows equal = FindEqualRows(released);
  std::vector<std::string> names;
  for (const v1::SensitiveColumn& one : targets.sensitive()) names.push_back(one.column());
  RiskReport report;
  report.table = "persons";
  report.plan = plan.proto();
  report.plan_digest = HexEncode(AsView(plan.digest()));
  report.method = "local";
  report.before = MeasureRisk(FindEqualRows(original), targets.population(), sensitive, names);
  report.after = MeasureRisk(equal, targets.population(), sensitive, names);
  BL_ASSIGN_OR_RETURN(report.loss, MeasureLoss(columns, original, released, equal));
  report.above_targets = FindAboveTargets(targets, report.after, std::nullopt);
  groups.recoded = Recoded(columns, released);
  groups.report_html = RiskReportToHtml(report);
  groups.report_json = RiskReportToJson(report);
  groups.verdict = VerdictOf(report);
  return groups;
}

std::string EncodeGroups(const PersonGroups& groups) {
  std::string out;
  AppendCompact(groups.out_of_range, &out);
  AppendCompact(uint64_t{groups.recoded.row_count}, &out);
  for (const TableColumn& column : groups.recoded.columns) {
    AppendCompact(column.name, &out);
    AppendCompact(uint64_t{column.values.size()}, &out);
    for (const std::string& value : column.values) AppendCompact(value, &out);
    for (const uint32_t row : column.rows) AppendCompact(uint64_t{row}, &out);
  }
  return out;
}

PersonGroups DecodeGroups(absl::string_view bytes) {
  PersonGroups groups;
  groups.out_of_range = TakeCompactNumber(&bytes);
  groups.recoded.row_count = TakeCompactNumber(&bytes);
  while (!bytes.empty()) {
    TableColumn& column = groups.recoded.columns.emplace_back();
    column.name = TakeCompactText(&bytes);
    for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
      column.values.push_back(TakeCompactText(&bytes));
    }
    for (size_t row = 0; row < groups.recoded.row_count; ++row) {
      column.rows.push_back(static_cast<uint32_t>(TakeCompactNumber(&bytes)));
    }
  }
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
