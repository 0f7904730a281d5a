#include "common/score/score_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace blindlink {
namespace {

constexpr int kMaxIterations = 200;
constexpr double kConverged = 1e-5;
// Pairs' worth of the pull towards the usual levels.
constexpr double kPull = 20;
constexpr double kLowestProbability = 1e-9;
// First guesses, as shares of the pairs of one person. Low, so that what one person's errors
// explain is not taken for kin; where there are households the data says so at once.
constexpr double kFirstKin = 0.02;
constexpr double kFirstTwins = 0.01;
constexpr double kFirstNamesakes = 0.005;
constexpr double kFirstNumbers = 0.002;
constexpr double kFirstOfOneOrigin = 1;
// Pairs' worth of each class that are there in any population, seen or not.
constexpr double kUnseen[] = {0.5, 0.1, 0.01, 0.01, 0.01, 0.1, 0};
// Of kin, how many are twins, namesakes, or go by the other's number, whether the data shows them
// or not.
constexpr double kAmongKin[] = {0, 0, 0.01, 0.03, 0.01, 0, 0};
constexpr double kHighestPrior = 0.4;
// The usual levels of one person, and of two of one household.
constexpr double kUsualMatchExact = 0.9;
constexpr double kUsualMatchDiffers = 0.04;
constexpr double kUsualKinExact = 0.8;
constexpr double kUsualKinDiffers = 0.15;
// Of what tells namesakes apart.
constexpr double kUsualNamesakesExact = 0.6;

// `exact` on the best level, `differs` on the worst, the rest spread over those between.
LevelRates Spread(size_t levels, double exact, double differs) {
  if (levels == 3) return {0, 1 - exact, exact};
  LevelRates out(levels, (1 - exact - differs) / static_cast<double>(levels - 3));
  out[0] = 0;
  out[1] = differs;
  out[levels - 1] = exact;
  return out;
}

// Nothing is known of it.
LevelRates Even(size_t levels) {
  LevelRates out(levels, 1 / static_cast<double>(levels - 1));
  out[0] = 0;
  return out;
}

LevelRates UsualMatch(const ScoredField& field) {
  if (!field.usual_match.empty()) return field.usual_match;
  const size_t levels = field.levels.size();
  return field.is_rarity ? Even(levels) : Spread(levels, kUsualMatchExact, kUsualMatchDiffers);
}

LevelRates UsualKin(const ScoredField& field) {
  if (!field.usual_match.empty()) return field.usual_match;  // what a household shares is as usual
  return Spread(field.levels.size(), kUsualKinExact, kUsualKinDiffers);
}

LevelRates UsualNamesakes(const ScoredField& field) {
  return Spread(field.levels.size(), kUsualNamesakesExact, 1 - kUsualNamesakesExact);
}

LevelRates Logs(const LevelRates& probabilities) {
  LevelRates logs;
  for (const double p : probabilities) logs.push_back(std::log(std::max(p, kLowestProbability)));
  logs[0] = 0;  // missing: says nothing
  return logs;
}

// New rates from the weights observed by level, and the usual ones.
LevelRates Learn(const LevelRates& tally, const LevelRates& usual) {
  const double total = kPull + std::accumulate(tally.begin() + 1, tally.end(), 0.0);
  LevelRates learned(tally.size(), 0);
  for (size_t level = 1; level < tally.size(); ++level) {
    learned[level] = (tally[level] + kPull * usual[level]) / total;
  }
  return learned;
}

}  // namespace

ScoreModel::ScoreModel(const Input& input) : fields_(input.fields), chance_(input.chance) {
  for (const ScoredField& field : fields_) {
    match_.push_back(UsualMatch(field));
    household_.push_back(UsualKin(field));
    namesakes_.push_back(UsualNamesakes(field));
    origin_.push_back(UsualKin(field));
    has_origin_ = has_origin_ || field.goes_with_name;
  }
  const double matches =
      std::clamp(input.usual_matches / std::max(1.0, input.comparisons), 1e-12, kHighestPrior);
  priors_ = {matches,
             kFirstKin * matches,
             kFirstTwins * matches,
             kFirstNamesakes * matches,
             kFirstNumbers * matches,
             has_origin_ ? kFirstOfOneOrigin * matches : 0,
             1};
  TakeLogs();
}

ScoreModel ScoreModel::Fit(const Input& input) {
  ScoreModel model(input);
  // A sum of rounded numbers depends on their order, and a hash map has another in each process.
  SortedPatterns patterns(input.patterns.begin(), input.patterns.end());
  std::sort(patterns.begin(), patterns.end());
  while (model.iterations_ < kMaxIterations && !model.Iterate(patterns, input.comparisons)) {
  }
  return model;
}

LevelRates ScoreModel::RatesOf(Class which, size_t f, size_t situation) const {
  const ScoredField& field = fields_[f];
  if (which == kMatch) return match_[f];
  if (which == kChance || field.is_rarity) return chance_[situation][f];
  if (which == kOrigin) return field.goes_with_name ? origin_[f] : chance_[situation][f];
  if (which == kNamesakes && field.tells_namesakes) return namesakes_[f];
  LevelRates rates = field.household ? household_[f] : chance_[situation][f];
  const double shared = which == kTwins       ? field.shared_by_twins
                        : which == kNamesakes ? field.shared_by_namesakes
                        : which == kNumber    ? field.shared_by_number
                                              : 0;
  // What two people share is written down with the same errors as what is one person's.
  for (size_t level = 1; level < rates.size(); ++level) {
    rates[level] += shared * (match_[f][level] - rates[level]);
  }
  return rates;
}

void ScoreModel::TakeLogs() {
  for (size_t situation = 0; situation < kChanceSituations; ++situation) {
    for (size_t which = 0; which < kClassCount; ++which) {
      std::vector<LevelRates>& logs = logs_[situation][which];
      logs.clear();
      for (size_t f = 0; f < fields_.size(); ++f) {
        logs.push_back(Logs(RatesOf(static_cast<Class>(which), f, situation)));
      }
    }
  }
}

ScoreModel::Weights ScoreModel::Weigh(AgreementPattern pattern) const {
  const auto& logs_here = logs_[ChanceSituationOf(fields_, pattern)];
  Weights weights;
  for (size_t which = 0; which < kClassCount; ++which) {
    const std::vector<LevelRates>& logs = logs_here[which];
    weights[which] = std::log(priors_[which]);
    for (size_t f = 0; f < fields_.size(); ++f) weights[which] += logs[f][LevelIn(pattern, f)];
  }
  const double highest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - highest);
  for (double& weight : weights) weight /= sum;
  return weights;
}

double ScoreModel::Probability(AgreementPattern pattern) const { return Weigh(pattern)[kMatch]; }

bool ScoreModel::Iterate(const SortedPatterns& patterns, double comparisons) {
  std::array<std::vector<LevelRates>, kClassCount> tallies;
  for (std::vector<LevelRates>& tally : tallies) {
    for (const ScoredField& field : fields_) tally.emplace_back(field.levels.size(), 0);
  }
  Weights totals{};
  for (const auto& [pattern, count] : patterns) {
    const Weights weights = Weigh(pattern);
    for (size_t which = 0; which < kClassCount; ++which) {
      const double weight = weights[which] * static_cast<double>(count);
      totals[which] += weight;
      for (size_t f = 0; f < fields_.size(); ++f) {
        tallies[which][f][LevelIn(pattern, f)] += weight;
      }
    }
  }
  for (size_t f = 0; f < fields_.size(); ++f) {
    match_[f] = Learn(tallies[kMatch][f], UsualMatch(fields_[f]));
    household_[f] = Learn(tallies[kKin][f], UsualKin(fields_[f]));
    namesakes_[f] = Learn(tallies[kNamesakes][f], UsualNamesakes(fields_[f]));
    origin_[f] = Learn(tallies[kOrigin][f], UsualKin(fields_[f]));
    if (fields_[f].is_rarity) {
      const LevelRates learned = Learn(tallies[kChance][f], Even(fields_[f].levels.size()));
      for (std::vector<LevelRates>& rates : chance_) rates[f] = learned;
    }
  }
  double related = 0;
  for (size_t which = 0; which < kChance; ++which) {
    const double pairs = totals[which] + kUnseen[which] + kAmongKin[which] * totals[kKin];
    priors_[which] = std::clamp(pairs / std::max(1.0, comparisons), 1e-12, kHighestPrior);
    if (which == kOrigin && !has_origin_) priors_[which] = 0;
    related += priors_[which];
  }
  priors_[kChance] = std::max(0.1, 1 - related);
  TakeLogs();
  ++iterations_;
  const double matches = totals[kMatch];
  const bool converged =
      std::abs(matches - expected_matches_) <= kConverged * std::max(1.0, matches);
  expected_matches_ = matches;
  return converged;
}

}  // namespace blindlink
