#include "agent/risk/quasi_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/risk/hierarchy_file.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// The node of each value of the column; `any_level` as in FindCells.
absl::StatusOr<std::vector<NodeId>> NodesOfValues(const QuasiColumns::Column& column,
                                                  const TableColumn& values,
                                                  const PersonTable& table, bool any_level) {
  std::vector<NodeId> nodes;
  for (size_t i = 0; i < values.values.size(); ++i) {
    const std::string& value = values.values[i];
    NodeId node = value.empty() ? column.tree.root() : column.tree.Find(value);
    const bool suppressed = any_level && value == "*";
    if (suppressed) node = column.tree.root();
    const bool usable =
        node != kNoNode && (any_level || value.empty() || column.tree.is_value(node));
    if (!usable) {
      return absl::InvalidArgumentError(
          absl::StrCat(table.path, ", line ", values.first_line[i], ", column '", values.name,
                       "': not ", any_level ? "a value or group of " : "a value of ",
                       column.file.empty() ? "the plan's ranges" : column.file,
                       "; add it there, or correct the table"));
    }
    nodes.push_back(node);
  }
  return nodes;
}

}  // namespace

absl::StatusOr<QuasiColumns> ReadQuasiColumns(
    const v1::ReleasePlan& plan, const std::function<std::string(const std::string&)>& path_of) {
  if (plan.quasi_identifiers().empty()) {
    return absl::InvalidArgumentError(
        "the release plan has no quasi_identifiers: name the columns by which somebody could "
        "recognize a person");
  }
  QuasiColumns out;
  for (const v1::QuasiIdentifier& column : plan.quasi_identifiers()) {
    if (column.has_ranges()) {
      const v1::NumberRanges& ranges = column.ranges();
      absl::StatusOr<Hierarchy> tree =
          MakeNumberHierarchy(ranges.smallest(), ranges.largest(), ranges.step());
      if (!tree.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("column '", column.column(), "': ", tree.status().message()));
      }
      out.columns.push_back({column.column(), "", *std::move(tree), column.weight()});
      continue;
    }
    const std::string path = path_of(column.hierarchy());
    BL_ASSIGN_OR_RETURN(Hierarchy tree, ReadHierarchy(path));
    out.columns.push_back({column.column(), path, std::move(tree), column.weight()});
  }
  return out;
}

absl::StatusOr<QuasiTable> FindCells(const QuasiColumns& columns, const PersonTable& table,
                                     bool any_level) {
  QuasiTable out{columns.columns.size(), {}};
  out.cells.resize(out.width * table.row_count);
  for (size_t q = 0; q < out.width; ++q) {
    BL_ASSIGN_OR_RETURN(const TableColumn* values, table.Column(columns.columns[q].name));
    BL_ASSIGN_OR_RETURN(const std::vector<NodeId> nodes,
                        NodesOfValues(columns.columns[q], *values, table, any_level));
    for (size_t i = 0; i < table.row_count; ++i) {
      out.cells[i * out.width + q] = nodes[values->rows[i]];
    }
  }
  return out;
}

absl::StatusOr<std::vector<SensitiveRule>> FindSensitive(const v1::PrivacyTargets& targets,
                                                         const PersonTable& table) {
  std::vector<SensitiveRule> rules;
  for (const v1::SensitiveColumn& column : targets.sensitive()) {
    BL_ASSIGN_OR_RETURN(const TableColumn* values, table.Column(column.column()));
    SensitiveRule rule{values->rows, std::vector<double>(values->values.size()), column.distinct(),
                       column.entropy(), column.closeness()};
    for (const uint32_t code : values->rows) ++rule.share[code];
    for (double& share : rule.share) share /= static_cast<double>(table.row_count);
    rules.push_back(std::move(rule));
  }
  return rules;
}

bool IsAcceptableRisk(double risk, double threshold) {
  return std::round(risk * 100) / 100 <= threshold + 1e-9;
}

uint32_t SmallestGroup(const v1::PrivacyTargets& targets) {
  uint32_t least = std::max<uint32_t>(1, targets.k());
  if (targets.population() > 0 || targets.max_risk() <= 0) return least;
  while (!IsAcceptableRisk(1.0 / least, std::max(targets.max_risk(), 0.001))) ++least;
  return least;
}

RecodingProblem MakeProblem(const QuasiColumns& columns, const QuasiTable& table,
                            const v1::PrivacyTargets& targets,
                            std::vector<SensitiveRule> sensitive) {
  RecodingProblem problem;
  problem.row_count = table.row_count();
  problem.k = SmallestGroup(targets);
  problem.cells = table.cells;
  std::vector<NodeId> cells(problem.row_count);
  for (size_t q = 0; q < table.width; ++q) {
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = table.cells[i * table.width + q];
    problem.columns.push_back(
        MakeRecodingColumn(columns.columns[q].tree, cells, columns.columns[q].weight));
  }
  for (SensitiveRule& rule : sensitive) {
    const bool asks = rule.distinct > 1 || rule.entropy > 1 || rule.closeness > 0;
    if (asks) problem.sensitive.push_back(std::move(rule));
  }
  return problem;
}

QuasiTable Generalize(const RecodingProblem& problem, const Grouping& groups) {
  QuasiTable out{problem.width(), std::vector<NodeId>(problem.cells.size())};
  const uint32_t* next = groups.rows.data();
  for (const uint32_t size : groups.sizes) {
    const std::vector<NodeId> nodes = JoinRows(problem, {next, size});
    for (uint32_t i = 0; i < size; ++i) {
      std::copy(nodes.begin(), nodes.end(), &out.cells[size_t{next[i]} * out.width]);
    }
    next += size;
  }
  return out;
}

}  // namespace blindlink::agent
