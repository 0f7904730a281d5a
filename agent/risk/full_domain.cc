#include "agent/risk/full_domain.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/risk/group_tally.h"

namespace blindlink::agent {
namespace {

using Steps = std::vector<uint32_t>;  // per column: how far above the value

class FullDomain {
 public:
  FullDomain(const RecodingProblem& problem, double max_suppressed)
      : problem_(problem),
        most_suppressed_(
            static_cast<size_t>(max_suppressed * static_cast<double>(problem.row_count))),
        tally_(problem) {
    for (const RecodingColumn& column : problem.columns) up_.push_back(Above(column));
  }

  struct Result {
    Steps steps;
    QuasiTable table;
    double cost = 0;
  };

  // Nothing if too many rows would be suppressed.
  std::optional<Result> Try(const Steps& steps) {
    Result result{steps, {problem_.width(), problem_.cells}, 0};
    for (size_t i = 0; i < result.table.cells.size(); ++i) {
      const size_t q = i % problem_.width();
      result.table.cells[i] =
          up_[q][std::min<size_t>(steps[q], up_[q].size() - 1)][result.table.cells[i]];
    }
    if (!SuppressSmall(&result)) return std::nullopt;
    for (size_t i = 0; i < result.table.cells.size(); ++i) {
      result.cost += problem_.columns[i % problem_.width()].cost[result.table.cells[i]];
    }
    return result;
  }

  Steps Most() const {
    Steps steps;
    for (const RecodingColumn& column : problem_.columns) steps.push_back(column.tree->height());
    return steps;
  }

 private:
  // Per number of steps: the ancestor of each node.
  static std::vector<std::vector<NodeId>> Above(const RecodingColumn& column) {
    std::vector<std::vector<NodeId>> up(1, std::vector<NodeId>(column.tree->size()));
    std::iota(up[0].begin(), up[0].end(), 0);
    for (uint32_t step = 0; step < column.tree->height(); ++step) {
      std::vector<NodeId> next = up.back();
      for (NodeId& node : next) node = column.tree->parent(node);
      up.push_back(std::move(next));
    }
    return up;
  }

  bool SuppressSmall(Result* result) {
    absl::flat_hash_map<absl::string_view, std::vector<uint32_t>> groups;
    for (uint32_t i = 0; i < problem_.row_count; ++i) {
      const absl::Span<const NodeId> row = result->table.row(i);
      groups[{reinterpret_cast<const char*>(row.data()), row.size() * sizeof(NodeId)}].push_back(i);
    }
    std::vector<uint32_t> suppressed;
    for (const auto& [key, rows] : groups) {
      if (MayStand(problem_, rows, &tally_)) continue;
      suppressed.insert(suppressed.end(), rows.begin(), rows.end());
      if (suppressed.size() > most_suppressed_) return false;
    }
    groups.clear();  // its keys lie in the table
    for (const uint32_t row : suppressed) {
      std::fill_n(result->table.cells.begin() + static_cast<std::ptrdiff_t>(row * problem_.width()),
                  problem_.width(), 0);
    }
    return true;
  }

  const RecodingProblem& problem_;
  const size_t most_suppressed_;
  GroupTally tally_;
  std::vector<std::vector<std::vector<NodeId>>> up_;  // per column, steps and node
};

}  // namespace

absl::StatusOr<QuasiTable> RecodeFullDomain(const RecodingProblem& problem, double max_suppressed,
                                            const std::function<void(double)>& progress) {
  FullDomain search(problem, max_suppressed);
  std::optional<FullDomain::Result> best = search.Try(search.Most());
  if (!best.has_value()) {
    return absl::FailedPreconditionError("even all rows as one group break the plan's targets");
  }
  const Steps most = search.Most();
  const auto total = static_cast<double>(std::accumulate(most.begin(), most.end(), 0U));
  while (true) {
    std::optional<FullDomain::Result> next;
    for (size_t q = 0; q < problem.width(); ++q) {
      if (best->steps[q] == 0) continue;
      Steps steps = best->steps;
      --steps[q];
      std::optional<FullDomain::Result> result = search.Try(steps);
      if (result.has_value() && (!next.has_value() || result->cost < next->cost)) {
        next = std::move(result);
      }
    }
    if (!next.has_value()) return std::move(best->table);
    best = std::move(next);
    if (progress) {
      progress(1 - std::accumulate(best->steps.begin(), best->steps.end(), 0U) / total);
    }
  }
}

}  // namespace blindlink::agent
