#include "agent/clinical/terms/calibration.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace blindlink::agent {
namespace {

std::array<double, 8> Inputs(const RankFeatures& f) {
  return {1,        f.similarity, f.query_coverage,        f.form_coverage,
          f.margin, f.unknown,    f.similarity * f.margin, f.corrected};
}

double Logistic(double x) { return 1 / (1 + std::exp(-x)); }

// The values before anything was measured.
double Guess(size_t level, bool disputed) {
  constexpr double kGuess[] = {0.995, 0.99, 0.97, 0.97, 0.97, 0.9, 0.95, 0.9};
  return disputed ? kGuess[level] * 0.8 : kGuess[level];
}

}  // namespace

Calibration::Calibration() : weights_{-6, 4, 2, 2, 4, -2, 0, -2}, thresholds_(kWantedShares) {
  for (size_t level = 0; level < kExactLevels; ++level) {
    for (size_t source = 0; source < kTermSources; ++source) {
      for (const bool disputed : {false, true}) {
        exact_[CellOf(static_cast<MatchLevel>(level), static_cast<TermSource>(source), disputed)] =
            Guess(level, disputed);
      }
    }
  }
}

size_t Calibration::CellOf(MatchLevel level, TermSource source, bool disputed) {
  return (static_cast<size_t>(level) * 2 + (disputed ? 1 : 0)) * kTermSources +
         static_cast<size_t>(source);
}

double Calibration::OfExact(MatchLevel level, TermSource source, bool disputed) const {
  return exact_[CellOf(level, source, disputed)];
}

double Calibration::Raw(const RankFeatures& features) const {
  const std::array<double, kWeights> inputs = Inputs(features);
  double sum = 0;
  for (size_t i = 0; i < kWeights; ++i) sum += weights_[i] * inputs[i];
  return sum;
}

double Calibration::OfRanked(const RankFeatures& features) const {
  const double raw = Raw(features);
  if (curve_.empty()) return std::min(0.9, Logistic(raw));
  const auto after = std::upper_bound(curve_.begin(), curve_.end(), std::make_pair(raw, 2.0));
  return after == curve_.begin() ? curve_.front().second : std::prev(after)->second;
}

Calibration Calibration::Learn(absl::Span<const ExactSample> exact,
                               absl::Span<const RankedSample> ranked) {
  Calibration learned;
  learned.LearnExact(exact);
  if (ranked.size() >= 200) {
    learned.LearnWeights(ranked);
    learned.LearnCurve(ranked);
  }
  std::vector<double> probabilities;
  for (const ExactSample& sample : exact) {
    probabilities.push_back(learned.OfExact(sample.level, sample.source, sample.disputed));
  }
  for (const RankedSample& sample : ranked)
    probabilities.push_back(learned.OfRanked(sample.features));
  learned.LearnThresholds(std::move(probabilities));
  return learned;
}

double Calibration::Threshold(double min_right) const {
  const auto* const wanted =
      std::lower_bound(kWantedShares.begin(), kWantedShares.end(), min_right);
  const double threshold = wanted == kWantedShares.end()
                               ? min_right
                               : thresholds_[static_cast<size_t>(wanted - kWantedShares.begin())];
  return std::clamp(threshold, std::max(0.0, 1 - 4 * (1 - min_right)), min_right);
}

void Calibration::LearnThresholds(std::vector<double> probabilities) {
  if (probabilities.size() < 200) return;
  std::sort(probabilities.begin(), probabilities.end(), std::greater<>());
  double sum = 0;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    sum += probabilities[i];
    if (i + 1 < probabilities.size() && probabilities[i + 1] == probabilities[i]) continue;
    const double mean = sum / static_cast<double>(i + 1);
    for (size_t k = 0; k < kWantedShares.size(); ++k) {
      if (mean >= kWantedShares[k]) thresholds_[k] = probabilities[i];
    }
  }
}

// Shares right by level, source and dispute; few samples are drawn to the share of their level.
void Calibration::LearnExact(absl::Span<const ExactSample> samples) {
  constexpr double kPrior = 25;
  std::array<double, kExactCells> right{}, all{};
  std::array<double, kExactLevels * 2> level_right{}, level_all{};
  for (const ExactSample& sample : samples) {
    const size_t cell = CellOf(sample.level, sample.source, sample.disputed);
    ++all[cell];
    ++level_all[cell / kTermSources];
    if (!sample.right) continue;
    ++right[cell];
    ++level_right[cell / kTermSources];
  }
  for (size_t cell = 0; cell < kExactCells; ++cell) {
    const size_t level = cell / kTermSources;
    // What a site or a reviewer says about its own names is not measured: it is their definition.
    const bool own = cell % kTermSources <= static_cast<size_t>(TermSource::kMaster);
    const double guess = Guess(level / 2, level % 2 == 1 && !own);
    const double level_share = (level_right[level] + kPrior * guess) / (level_all[level] + kPrior);
    const double share = (right[cell] + kPrior * level_share) / (all[cell] + kPrior);
    // The synonyms of a master's names are a table of this program, without noise to be measured.
    const bool table = cell % kTermSources == static_cast<size_t>(TermSource::kMaster);
    exact_[cell] = table && level % 2 == 0 ? 0.995 : own ? std::max(share, guess) : share;
  }
}

// Logistic regression by gradient descent with momentum; features lie in 0..1, so one rate serves.
void Calibration::LearnWeights(absl::Span<const RankedSample> samples) {
  std::array<double, kWeights> velocity{};
  for (int step = 0; step < 1500; ++step) {
    std::array<double, kWeights> gradient{};
    for (const RankedSample& sample : samples) {
      const std::array<double, kWeights> inputs = Inputs(sample.features);
      const double error = Logistic(Raw(sample.features)) - (sample.right ? 1 : 0);
      for (size_t i = 0; i < kWeights; ++i) gradient[i] += error * inputs[i];
    }
    for (size_t i = 0; i < kWeights; ++i) {
      velocity[i] = 0.9 * velocity[i] - 0.5 * gradient[i] / static_cast<double>(samples.size());
      weights_[i] += velocity[i];
    }
  }
}

// Isotonic regression by pooling adjacent violators (Ayer et al. 1955), each pool drawn to .5 by
// one right and one wrong.
void Calibration::LearnCurve(absl::Span<const RankedSample> samples) {
  std::vector<std::pair<double, bool>> order;
  for (const RankedSample& sample : samples) order.emplace_back(Raw(sample.features), sample.right);
  std::sort(order.begin(), order.end());
  struct Pool {
    double from, right, all;
  };
  std::vector<Pool> pools;
  constexpr size_t kStep = 50;
  for (size_t begin = 0; begin < order.size(); begin += kStep) {
    Pool pool{order[begin].first, 0, 0};
    for (size_t i = begin; i < std::min(order.size(), begin + kStep); ++i) {
      pool.right += order[i].second;
      ++pool.all;
    }
    pools.push_back(pool);
    while (pools.size() > 1) {
      const Pool& last = pools.back();
      Pool& before = pools[pools.size() - 2];
      if (before.right * last.all < last.right * before.all) break;
      before.right += last.right;
      before.all += last.all;
      pools.pop_back();
    }
  }
  curve_.clear();
  for (const Pool& pool : pools) {
    curve_.emplace_back(pool.from, (pool.right + 1) / (pool.all + 2));
  }
  for (size_t i = 1; i < curve_.size(); ++i) {
    curve_[i].second = std::max(curve_[i].second, curve_[i - 1].second);
  }
}

std::vector<double> Calibration::ToNumbers() const {
  std::vector<double> numbers(exact_.begin(), exact_.end());
  numbers.insert(numbers.end(), weights_.begin(), weights_.end());
  numbers.insert(numbers.end(), thresholds_.begin(), thresholds_.end());
  for (const auto& [from, share] : curve_) {
    numbers.push_back(from);
    numbers.push_back(share);
  }
  return numbers;
}

Calibration Calibration::FromNumbers(absl::Span<const double> numbers) {
  Calibration calibration;
  constexpr size_t kFixed = kExactCells + kWeights + kWantedShares.size();
  if (numbers.size() < kFixed) return calibration;
  std::copy_n(numbers.begin(), kExactCells, calibration.exact_.begin());
  std::copy_n(numbers.begin() + kExactCells, kWeights, calibration.weights_.begin());
  std::copy_n(numbers.begin() + kExactCells + kWeights, kWantedShares.size(),
              calibration.thresholds_.begin());
  for (size_t i = kFixed; i + 1 < numbers.size(); i += 2) {
    calibration.curve_.emplace_back(numbers[i], numbers[i + 1]);
  }
  return calibration;
}

}  // namespace blindlink::agent
