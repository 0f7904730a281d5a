#include "agent/synthetic/synthesizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "agent/synthetic/denoise.h"
#include "agent/synthetic/row_fit.h"
#include "agent/synthetic/tree_model.h"

namespace blindlink::agent {
namespace {

// Pairs with more cells than this are never counted.
constexpr size_t kMostCells = size_t{1} << 20;
// Further pairs per edge of the tree.
constexpr double kExtraPerEdge = 1.5;

// How the budget is divided.
struct Shares {
  double columns, choose_tree, tree, choose_extra, extra;
};
Shares SharesFor(size_t columns) {
  if (columns == 1) return {1, 0, 0, 0, 0};
  if (columns == 2) return {.3, 0, .7, 0, 0};
  return {.2, .05, .4, .05, .3};
}

class Synthesizer {
 public:
  Synthesizer(const std::vector<Domain>& domains, NoisyCounter& counter, double rho,
              RandomSource& random)
      : domains_(domains), counter_(counter), rho_(rho), random_(random) {}

  SynthesizedTable Make(uint64_t rows) {
    const Shares shares = SharesFor(domains_.size());
    measured_ = counter_.Columns("columns", rho_ * shares.columns);
    EstimateTotal();
    EstimateColumns();
    SynthesizedTable out;
    out.tree = ChooseTree(rho_ * shares.choose_tree);
    std::vector<NoisyCounts> pairs = counter_.Pairs("tree", out.tree, rho_ * shares.tree);
    for (size_t i = 0; i < pairs.size(); ++i) AddColumnSums(out.tree[i], pairs[i]);
    EstimateColumns();
    std::vector<PairEstimate> estimates;
    for (size_t i = 0; i < pairs.size(); ++i) {
      estimates.push_back(Estimate(out.tree[i], pairs[i], Independent(out.tree[i])));
    }
    const TreeModel model(columns_, estimates, total_);
    ChooseExtra(model, out.tree, rho_ * shares.choose_extra, rho_ * shares.extra, &out.extra);
    pairs = counter_.Pairs("further pairs", out.extra, rho_ * shares.extra);
    for (size_t i = 0; i < pairs.size(); ++i) {
      estimates.push_back(Estimate(out.extra[i], pairs[i], expected_[i]));
    }
    out.total = total_;
    out.noise = NoiseOfColumns();
    if (rows == 0) rows = static_cast<uint64_t>(std::llround(total_));
    out.table = model.Draw(counter_.table().sizes, std::max<uint64_t>(rows, 1), random_);
    FitRows(estimates, &out.table, random_);
    return out;
  }

 private:
  // Sums over a column have less noise the fewer values it has.
  void EstimateTotal() {
    double sum = 0, weights = 0;
    for (const NoisyCounts& column : measured_) {
      const double weight = 1 / static_cast<double>(column.counts.size());
      sum += weight * std::accumulate(column.counts.begin(), column.counts.end(), 0.0);
      weights += weight;
    }
    total_ = std::max(sum / weights, 1.0);
  }

  double NoiseOfColumns() const {
    constexpr double kMeanDeviation = 0.8;  // of a normal distribution, in standard deviations
    double sum = 0;
    for (const NoisyCounts& column : measured_) {
      const double misplaced = kMeanDeviation * std::sqrt(column.variance) *
                               static_cast<double>(column.counts.size()) / 2;
      sum += std::min(1.0, misplaced / total_);
    }
    return sum / static_cast<double>(measured_.size());
  }

  void EstimateColumns() {
    columns_.clear();
    for (size_t c = 0; c < domains_.size(); ++c) columns_.push_back(EstimateColumn(c));
  }

  std::vector<double> EstimateColumn(size_t c) const {
    const auto& [counts, variance] = measured_[c];
    const Domain& domain = domains_[c];
    if (variance == 0) return counts;
    const auto end = counts.begin() + domain.listed();
    std::vector<double> listed(counts.begin(), end);
    listed = domain.ordinal() ? SmoothCounts(listed, variance) : ShrinkCounts(listed, variance);
    // Values that the spec does not list are believed only if noise does not explain them.
    constexpr double kNoise = 3;
    for (auto unlisted = end; unlisted != counts.end(); ++unlisted) {
      listed.push_back(*unlisted > kNoise * std::sqrt(variance) ? *unlisted : -total_);
    }
    return ProjectToTotal(std::move(listed), total_);
  }

  // The sums of a pair's counts are measurements of its columns too: averages them in, by variance.
  void AddColumnSums(ColumnPair pair, const NoisyCounts& noisy) {
    if (noisy.variance == 0) return;
    const size_t height = domains_[pair.first].size(), width = domains_[pair.second].size();
    NoisyCounts rows{std::vector<double>(height), noisy.variance * static_cast<double>(width)};
    NoisyCounts columns{std::vector<double>(width), noisy.variance * static_cast<double>(height)};
    for (size_t cell = 0; cell < noisy.counts.size(); ++cell) {
      rows.counts[cell / width] += noisy.counts[cell];
      columns.counts[cell % width] += noisy.counts[cell];
    }
    Average(rows, &measured_[pair.first]);
    Average(columns, &measured_[pair.second]);
  }

  static void Average(const NoisyCounts& with, NoisyCounts* counts) {
    const double share = counts->variance / (counts->variance + with.variance);
    for (size_t i = 0; i < with.counts.size(); ++i) {
      counts->counts[i] += share * (with.counts[i] - counts->counts[i]);
    }
    counts->variance *= 1 - share;
  }

  bool TooLarge(ColumnPair pair) const {
    return size_t{domains_[pair.first].size()} * domains_[pair.second].size() > kMostCells;
  }

  std::vector<double> Independent(ColumnPair pair) const {
    const std::vector<double>& left = columns_[pair.first];
    const std::vector<double>& right = columns_[pair.second];
    std::vector<double> expected;
    expected.reserve(left.size() * right.size());
    for (const double count : left) {
      for (const double beside : right) expected.push_back(count * beside / total_);
    }
    return expected;
  }

  // How much counting the pair would correct: the distance of the true counts from those expected,
  // less what chance and noise make of it; in score units. The sum is of whole numbers, and one row
  // more or less changes it by one unit's worth exactly; the rest is the same for all data.
  int64_t ScoreOf(ColumnPair pair, const std::vector<double>& expected, double variance) const {
    constexpr double kChance = 1.5;
    constexpr double kMeanDeviation = 0.8;  // of a normal distribution, in standard deviations
    const std::vector<double> counts = CountPair(counter_.table(), pair);
    int64_t distance = 0;
    double explained = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      distance += std::abs(InUnits(counts[i]) - InUnits(expected[i]));
      explained += kChance * std::min(2 * expected[i], kMeanDeviation * std::sqrt(expected[i]));
      explained += std::min(2 * expected[i], kMeanDeviation * std::sqrt(variance));
    }
    return distance - InUnits(explained);
  }
  static int64_t InUnits(double rows) {
    return std::llround(rows * static_cast<double>(NoisyCounter::kScoreUnits));
  }

  std::vector<ColumnPair> AllPairs() const {
    std::vector<ColumnPair> pairs;
    for (size_t a = 0; a < domains_.size(); ++a) {
      for (size_t b = a + 1; b < domains_.size(); ++b) {
        if (!TooLarge({a, b})) pairs.emplace_back(a, b);
      }
    }
    return pairs;
  }

  // A spanning tree, or a forest if some pairs are too large, edge by edge.
  std::vector<ColumnPair> ChooseTree(double rho) {
    std::vector<ColumnPair> candidates = AllPairs();
    if (domains_.size() <= 2) return candidates;
    std::vector<int64_t> scores;
    scores.reserve(candidates.size());
    for (const ColumnPair& pair : candidates) scores.push_back(ScoreOf(pair, Independent(pair), 0));
    std::vector<size_t> tree_of(domains_.size());
    std::iota(tree_of.begin(), tree_of.end(), size_t{0});
    std::vector<ColumnPair> tree;
    const double rho_of_each = rho / static_cast<double>(domains_.size() - 1);
    while (!candidates.empty()) {
      const size_t chosen = counter_.Choose(scores, rho_of_each);
      tree.push_back(candidates[chosen]);
      const size_t kept = tree_of[tree.back().first], joined = tree_of[tree.back().second];
      std::replace(tree_of.begin(), tree_of.end(), joined, kept);
      size_t left = 0;
      for (size_t i = 0; i < candidates.size(); ++i) {
        if (tree_of[candidates[i].first] == tree_of[candidates[i].second]) continue;
        candidates[left] = candidates[i];
        scores[left++] = scores[i];
      }
      candidates.resize(left);
      scores.resize(left);
    }
    counter_.SpendOnChoices("choice of the tree", tree.size(), rho_of_each);
    return tree;
  }

  // Fills `extra` and, beside it, expected_.
  void ChooseExtra(const TreeModel& model, const std::vector<ColumnPair>& tree, double rho,
                   double measure_rho, std::vector<ColumnPair>* extra) {
    std::vector<ColumnPair> candidates;
    for (const ColumnPair& pair : AllPairs()) {
      if (std::find(tree.begin(), tree.end(), pair) == tree.end()) candidates.push_back(pair);
    }
    auto wanted = static_cast<size_t>(std::ceil(kExtraPerEdge * static_cast<double>(tree.size())));
    if (!counter_.is_private()) wanted *= 4;
    wanted = std::min(wanted, candidates.size());
    if (wanted == 0) return;
    const double variance = counter_.VarianceOf(wanted, measure_rho);
    std::vector<int64_t> scores;
    std::vector<std::vector<double>> expected;
    size_t column = domains_.size();
    std::vector<std::vector<double>> with;
    for (const ColumnPair& pair : candidates) {  // in order of their first columns
      if (pair.first != column) with = model.ExpectedWith(column = pair.first, kMostCells);
      std::vector<double>& table = with[pair.second];
      expected.push_back(table.empty() ? Independent(pair) : std::move(table));
      scores.push_back(ScoreOf(pair, expected.back(), variance));
    }
    const double rho_of_each = rho / static_cast<double>(wanted);
    for (size_t i = 0; i < wanted; ++i) {
      const size_t chosen = counter_.Choose(scores, rho_of_each);
      extra->push_back(candidates[chosen]);
      expected_.push_back(std::move(expected[chosen]));
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(chosen));
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(chosen));
      scores.erase(scores.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    counter_.SpendOnChoices("choice of further pairs", wanted, rho_of_each);
  }

  PairEstimate Estimate(ColumnPair pair, const NoisyCounts& noisy,
                        std::vector<double> expected) const {
    const Domain& left = domains_[pair.first];
    const Domain& right = domains_[pair.second];
    if (noisy.variance == 0) return {pair, noisy.counts};
    const TableShape shape{left.size(), right.size(), left.ordinal(), right.ordinal()};
    std::vector<double> counts = ProjectToTotal(
        ShrinkToExpected(shape, noisy.counts, noisy.variance, std::move(expected)), total_);
    Rake(columns_[pair.first], columns_[pair.second], &counts);
    return {pair, std::move(counts)};
  }

  const std::vector<Domain>& domains_;
  NoisyCounter& counter_;
  const double rho_;
  RandomSource& random_;
  double total_ = 1;
  std::vector<NoisyCounts> measured_;
  std::vector<std::vector<double>> columns_;
  std::vector<std::vector<double>> expected_;  // of further pairs, before they were counted
};

}  // namespace

SynthesizedTable SynthesizeTable(const std::vector<Domain>& domains, NoisyCounter& counter,
                                 double rho, uint64_t rows, RandomSource& random) {
  return Synthesizer(domains, counter, rho, random).Make(rows);
}

}  // namespace blindlink::agent
