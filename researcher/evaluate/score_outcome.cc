#include "researcher/evaluate/score_outcome.h"

#include <algorithm>
#include <array>

namespace blindlink::researcher {
namespace {

// Bins are narrow where good linkage has most of its pairs.
constexpr std::array kBinEdges = {0.0, 0.1, 0.2, 0.3,  0.4,  0.5,   0.6,
                                  0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0};

double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<CurvePoint> CurveOf(const std::vector<ScoredPair>& highest_first) {
  std::vector<CurvePoint> curve;
  CurvePoint point;
  for (const ScoredPair& pair : highest_first) {
    if (curve.empty() || pair.score != point.threshold) curve.emplace_back();
    point.threshold = pair.score;
    ++(pair.is_true ? point.true_positives : point.false_positives);
    curve.back() = point;
  }
  return curve;
}

std::vector<ScoreBin> BinsOf(const std::vector<ScoredPair>& pairs) {
  std::vector<ScoreBin> bins;
  for (size_t i = 0; i + 1 < kBinEdges.size(); ++i)
    bins.push_back({kBinEdges[i], kBinEdges[i + 1]});
  for (const ScoredPair& pair : pairs) {
    const auto after = std::upper_bound(kBinEdges.begin(), kBinEdges.end() - 1, pair.score);
    ScoreBin& bin = bins[static_cast<size_t>(after - kBinEdges.begin()) - 1];
    bin.mean_score += pair.score;  // a sum; divided below
    ++bin.pairs;
    if (pair.is_true) ++bin.true_pairs;
  }
  std::erase_if(bins, [](const ScoreBin& bin) { return bin.pairs == 0; });
  for (ScoreBin& bin : bins) bin.mean_score /= static_cast<double>(bin.pairs);
  return bins;
}

std::vector<BandOutcome> BandsOf(const std::vector<ScoredPair>& pairs) {
  std::vector<BandOutcome> bands;
  bands.reserve(kBands.size());
  for (const Band band : kBands) bands.push_back({band});
  for (const ScoredPair& pair : pairs) {
    BandOutcome& outcome = bands[static_cast<size_t>(BandOf(pair.score))];
    ++(pair.is_true ? outcome.true_positives : outcome.false_positives);
  }
  return bands;
}

}  // namespace

double CurvePoint::SensitivityOf(uint64_t true_pairs) const {
  return Ratio(true_positives, true_pairs);
}

double CurvePoint::PositivePredictiveValue() const {
  return Ratio(true_positives, true_positives + false_positives);
}

double CurvePoint::F1Of(uint64_t true_pairs) const {
  return ContingencyTable{true_positives, false_positives, true_pairs - true_positives}.F1();
}

const CurvePoint* ScoreOutcome::Best(uint64_t true_pairs) const {
  const auto best = std::max_element(curve.begin(), curve.end(),
                                     [true_pairs](const CurvePoint& a, const CurvePoint& b) {
                                       return a.F1Of(true_pairs) < b.F1Of(true_pairs);
                                     });
  return best == curve.end() ? nullptr : &*best;
}

ScoreOutcome OutcomeOfScores(std::vector<ScoredPair> pairs) {
  std::sort(pairs.begin(), pairs.end(),
            [](const ScoredPair& a, const ScoredPair& b) { return a.score > b.score; });
  ScoreOutcome outcome;
  outcome.curve = CurveOf(pairs);
  const bool probabilities = pairs.empty() || (pairs.front().score <= 1 && pairs.back().score >= 0);
  if (!probabilities) return outcome;
  outcome.bins = BinsOf(pairs);
  outcome.bands = BandsOf(pairs);
  return outcome;
}

std::vector<CurvePoint> ThinnedCurve(const std::vector<CurvePoint>& curve, size_t most) {
  if (curve.size() <= most) return curve;
  const auto found = [](const CurvePoint& point) {
    return static_cast<double>(point.true_positives + point.false_positives);
  };
  std::vector<CurvePoint> thinned;
  const double step = (found(curve.back()) - found(curve.front())) / static_cast<double>(most - 1);
  double next = found(curve.front());
  for (const CurvePoint& point : curve) {
    if (found(point) < next) continue;
    thinned.push_back(point);
    next += step;
  }
  // Rounding may have left out the last one.
  if (thinned.back().threshold != curve.back().threshold) thinned.back() = curve.back();
  return thinned;
}

}  // namespace blindlink::researcher
