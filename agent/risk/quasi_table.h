#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/risk/hierarchy.h"
#include "agent/risk/person_table.h"
#include "agent/risk/recoding_problem.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// The quasi-identifiers of a plan with their hierarchies. Immutable once made.
struct QuasiColumns {
  struct Column {
    std::string name;
    std::string file;  // of the hierarchy; empty for ranges
    Hierarchy tree;
    double weight = 1;
  };
  std::vector<Column> columns;
};

// Reads the hierarchies. `path_of` gives the path of a file that the plan names. INVALID_ARGUMENT
// if the plan has no quasi-identifiers, and what ReadHierarchy says.
absl::StatusOr<QuasiColumns> ReadQuasiColumns(
    const v1::ReleasePlan& plan, const std::function<std::string(const std::string&)>& path_of);

// The quasi-identifiers of a table's persons, row by row, as nodes of the hierarchies. An empty
// field is the root: it may be any value.
struct QuasiTable {
  size_t width = 0;
  std::vector<NodeId> cells;
  absl::Span<const NodeId> row(size_t index) const { return {&cells[index * width], width}; }
  size_t row_count() const { return width == 0 ? 0 : cells.size() / width; }
};

// `any_level`: groups may stand in the table as well as values, as in a table that has been
// generalized; otherwise every cell holds a value. INVALID_ARGUMENT names file, line and column of
// the first cell that is not in its hierarchy, never the cell's content.
absl::StatusOr<QuasiTable> FindCells(const QuasiColumns& columns, const PersonTable& table,
                                     bool any_level);

// The plan's sensitive columns, with the shares of their values in `table`.
absl::StatusOr<std::vector<SensitiveRule>> FindSensitive(const v1::PrivacyTargets& targets,
                                                         const PersonTable& table);

// The smallest group that is acceptable for targets.k, and for targets.max_risk if the data are the
// population. A risk is compared after rounding to two digits, as thresholds are written.
uint32_t SmallestGroup(const v1::PrivacyTargets& targets);
bool IsAcceptableRisk(double risk, double threshold);

RecodingProblem MakeProblem(const QuasiColumns& columns, const QuasiTable& table,
                            const v1::PrivacyTargets& targets,
                            std::vector<SensitiveRule> sensitive);

// The table in which every row has its group's nodes.
QuasiTable Generalize(const RecodingProblem& problem, const Grouping& groups);

}  // namespace blindlink::agent
