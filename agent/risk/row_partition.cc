#include "agent/risk/row_partition.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "agent/risk/group_tally.h"
#include "common/base/mix.h"

namespace blindlink::agent {
namespace {

constexpr size_t kSample = 2048;

class Partitioner {
 public:
  Partitioner(const RecodingProblem& problem, uint32_t most)
      : problem_(problem), most_(most), least_(std::max(problem.k, most / 8)), tally_(problem) {
    for (const RecodingColumn& column : problem.columns) {
      counts_.emplace_back(column.tree->size());
    }
  }

  Grouping Run() {
    Grouping parts;
    parts.rows.resize(problem_.row_count);
    std::iota(parts.rows.begin(), parts.rows.end(), 0);
    std::vector<std::pair<size_t, size_t>> open = {{0, parts.rows.size()}};  // begin, size
    while (!open.empty()) {
      auto [begin, size] = open.back();
      open.pop_back();
      std::vector<uint32_t> pieces;
      if (size > most_) {
        const absl::Span<uint32_t> rows = absl::MakeSpan(parts.rows).subspan(begin, size);
        pieces = Divide(rows);
        if (pieces.empty()) pieces = Cut(rows);
      }
      if (pieces.empty()) parts.sizes.push_back(static_cast<uint32_t>(size));
      // The last piece is divided first, so the first is pushed last and parts come in order.
      for (size_t end = begin + size; !pieces.empty(); pieces.pop_back()) {
        end -= pieces.back();
        later_.emplace_back(end, pieces.back());
      }
      open.insert(open.end(), later_.begin(), later_.end());
      later_.clear();
    }
    return parts;
  }

 private:
  // The node just below `top` on the way to `node`, or `top`.
  static NodeId Below(const Hierarchy& tree, NodeId top, NodeId node) {
    return tree.AtDepth(node, tree.depth(top) + 1);
  }

  // Reorders `rows` into pieces and returns their sizes; nothing if no column divides them.
  std::vector<uint32_t> Divide(absl::Span<uint32_t> rows) {
    const std::vector<NodeId> tops = JoinRows(problem_, rows);
    std::vector<std::pair<double, size_t>> gains;
    for (size_t q = 0; q < tops.size(); ++q) {
      const double gain = GainOf(rows, q, tops[q]);
      if (gain > 0) gains.emplace_back(-gain, q);
    }
    std::sort(gains.begin(), gains.end());
    for (const auto& [gain, q] : gains) {
      std::vector<uint32_t> pieces = DivideBy(rows, q, tops[q]);
      if (pieces.size() > 1) return pieces;
    }
    return {};
  }

  // Pieces of rows that no column divides, dealt out like cards so that each is like the whole;
  // nothing if such pieces may not stand.
  std::vector<uint32_t> Cut(absl::Span<uint32_t> rows) {
    std::sort(rows.begin(), rows.end(), [](uint32_t a, uint32_t b) { return Mix64(a) < Mix64(b); });
    for (size_t count = rows.size() / most_; count > 1; count /= 2) {
      std::vector<uint32_t> sizes(count, static_cast<uint32_t>(rows.size() / count));
      sizes.back() += static_cast<uint32_t>(rows.size() % count);
      size_t begin = 0;
      const bool stand = std::all_of(sizes.begin(), sizes.end(), [&](uint32_t size) {
        begin += size;
        return MayStand(problem_, rows.subspan(begin - size, size), &tally_);
      });
      if (stand) return sizes;
    }
    return {};
  }

  // What a division by column q would save, by a sample of the rows.
  double GainOf(absl::Span<const uint32_t> rows, size_t q, NodeId top) {
    const RecodingColumn& column = problem_.columns[q];
    const size_t step = std::max<size_t>(1, rows.size() / kSample);
    std::vector<NodeId> seen;
    size_t sampled = 0;
    for (size_t i = 0; i < rows.size(); i += step, ++sampled) {
      const NodeId child = Below(*column.tree, top, problem_.row(rows[i])[q]);
      if (counts_[q][child]++ == 0) seen.push_back(child);
    }
    double gain = 0;
    for (const NodeId child : seen) {
      const double estimate = static_cast<double>(counts_[q][child] * step);
      if (estimate >= least_) {
        gain += static_cast<double>(counts_[q][child]) *
                static_cast<double>(column.cost[top] - column.cost[child]);
      }
      counts_[q][child] = 0;
    }
    return gain / static_cast<double>(sampled);
  }

  std::vector<uint32_t> DivideBy(absl::Span<uint32_t> rows, size_t q, NodeId top) {
    const Hierarchy& tree = *problem_.columns[q].tree;
    std::vector<std::pair<NodeId, std::vector<uint32_t>>> children;
    for (const uint32_t row : rows) {
      const NodeId child = Below(tree, top, problem_.row(row)[q]);
      uint32_t& slot = counts_[q][child];
      if (slot == 0) {
        children.push_back({child, {}});
        slot = static_cast<uint32_t>(children.size());
      }
      children[slot - 1].second.push_back(row);
    }
    for (const auto& [child, of_child] : children) counts_[q][child] = 0;
    std::vector<std::vector<uint32_t>> pieces = StandingPieces(&children);
    std::vector<uint32_t> sizes;
    uint32_t* out = rows.data();
    for (const std::vector<uint32_t>& piece : pieces) {
      out = std::copy(piece.begin(), piece.end(), out);
      sizes.push_back(static_cast<uint32_t>(piece.size()));
    }
    return sizes;
  }

  // The children that may stand, and all the others as one piece; if that may not stand, it is
  // part of the smallest child.
  std::vector<std::vector<uint32_t>> StandingPieces(
      std::vector<std::pair<NodeId, std::vector<uint32_t>>>* children) {
    std::vector<std::vector<uint32_t>> pieces;
    std::vector<uint32_t> rest;
    for (auto& [child, rows] : *children) {
      if (rows.size() >= least_ && MayStand(problem_, rows, &tally_)) {
        pieces.push_back(std::move(rows));
      } else {
        rest.insert(rest.end(), rows.begin(), rows.end());
      }
    }
    if (rest.empty()) return pieces;
    if (pieces.empty() || (rest.size() >= least_ && MayStand(problem_, rest, &tally_))) {
      pieces.push_back(std::move(rest));
      return pieces;
    }
    std::vector<uint32_t>& smallest =
        *std::min_element(pieces.begin(), pieces.end(),
                          [](const auto& a, const auto& b) { return a.size() < b.size(); });
    smallest.insert(smallest.end(), rest.begin(), rest.end());
    return pieces;
  }

  const RecodingProblem& problem_;
  const uint32_t most_;
  const uint32_t least_;
  GroupTally tally_;
  std::vector<std::pair<size_t, size_t>> later_;
  std::vector<std::vector<uint32_t>> counts_;  // per column and node; all 0 between calls
};

}  // namespace

Grouping PartitionRows(const RecodingProblem& problem, uint32_t most) {
  return Partitioner(problem, most).Run();
}

}  // namespace blindlink::agent
