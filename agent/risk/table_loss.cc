#include "agent/risk/table_loss.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::StatusOr<ColumnLoss> MeasureColumn(const QuasiColumns::Column& column, size_t q,
                                         const QuasiTable& original, const QuasiTable& released) {
  const Hierarchy& tree = column.tree;
  const size_t rows = original.row_count();
  std::vector<double> under(tree.size());
  for (size_t i = 0; i < rows; ++i) ++under[original.row(i)[q]];
  for (auto node = static_cast<NodeId>(tree.size()); node-- > 1;) {
    under[tree.parent(node)] += under[node];
  }
  ColumnLoss out{column.name, 1, 1, std::vector<uint64_t>(tree.height() + 1)};
  const double most = std::max(1.0, tree.leaves(tree.root()) - 1.0);
  double open = 0;
  double lost = 0;
  double all = 0;
  for (size_t i = 0; i < rows; ++i) {
    const NodeId from = original.row(i)[q];
    const NodeId to = released.row(i)[q];
    if (!tree.Holds(to, from)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "row ", i + 1, ", column '", column.name,
          "': the released group does not hold the original value; are the rows in the same "
          "order? Otherwise name a --key"));
    }
    open += (tree.leaves(to) - 1) / most;
    lost += std::log2(under[to] / under[from]);
    all += std::log2(static_cast<double>(rows) / under[from]);
    ++out.cells_by_steps[tree.depth(from) - tree.depth(to)];
  }
  out.granularity = 1 - open / static_cast<double>(rows);
  if (all > 0) out.entropy_kept = 1 - lost / all;
  return out;
}

}  // namespace

absl::StatusOr<TableLoss> MeasureLoss(const QuasiColumns& columns, const QuasiTable& original,
                                      const QuasiTable& released, const EqualRows& groups) {
  TableLoss out;
  double granularity = 0;
  double entropy = 0;
  for (size_t q = 0; q < columns.columns.size(); ++q) {
    BL_ASSIGN_OR_RETURN(ColumnLoss loss, MeasureColumn(columns.columns[q], q, original, released));
    granularity += loss.granularity;
    entropy += loss.entropy_kept;
    out.columns.push_back(std::move(loss));
  }
  out.granularity = granularity / static_cast<double>(columns.columns.size());
  out.entropy_kept = entropy / static_cast<double>(columns.columns.size());
  const auto rows = static_cast<double>(original.row_count());
  double sum = static_cast<double>(groups.suppressed) * rows;
  for (const uint32_t size : groups.sizes) sum += static_cast<double>(size) * size;
  out.discernibility = sum / rows / rows;
  return out;
}

}  // namespace blindlink::agent
