#include "resolver/score/score_model.h"

#include <algorithm>
#include <cmath>

namespace blindlink {
namespace {

constexpr int kMaxIterations = 200;
constexpr double kConverged = 1e-5;
// Pairs' worth of the pull towards the usual levels.
constexpr double kPull = 20;
// Of the pairs of one household, those born together.
constexpr double kTwinsAmongKin = 0.02;
constexpr double kLowestProbability = 1e-9;
// The usual levels of one person, and of two of one household.
constexpr double kUsualMatchExact = 0.9;
constexpr double kUsualMatchDiffers = 0.04;
constexpr double kUsualKinExact = 0.8;
constexpr double kUsualKinDiffers = 0.15;
constexpr double kTwinDateExact = 0.97;

// `exact` on the best level, `differs` on the worst, the rest spread over those between.
std::vector<double> Spread(size_t levels, double exact, double differs) {
  std::vector<double> out(levels, 0);
  if (levels == 3) return {0, 1 - exact, exact};
  const double between = (1 - exact - differs) / static_cast<double>(levels - 3);
  for (size_t level = 1; level < levels; ++level) out[level] = between;
  out[levels - 1] = exact;
  out[1] = differs;
  return out;
}

std::vector<double> Logs(const std::vector<double>& probabilities) {
  std::vector<double> logs;
  for (const double p : probabilities) logs.push_back(std::log(std::max(p, kLowestProbability)));
  logs[0] = 0;  // missing: says nothing
  return logs;
}

// Observed weights by level, for one field.
using Tally = std::vector<double>;

// New levels from what was observed and the usual ones.
std::vector<double> Learn(const Tally& tally, const std::vector<double>& usual) {
  double total = kPull;
  for (size_t level = 1; level < tally.size(); ++level) total += tally[level];
  std::vector<double> learned(tally.size(), 0);
  for (size_t level = 1; level < tally.size(); ++level) {
    learned[level] = (tally[level] + kPull * usual[level]) / total;
  }
  return learned;
}

}  // namespace

ScoreModel::ScoreModel(const Input& input) : fields_(input.fields), chance_(input.chance) {
  for (const ScoredField& field : fields_) {
    match_.push_back(Spread(field.levels.size(), kUsualMatchExact, kUsualMatchDiffers));
    household_.push_back(Spread(field.levels.size(), kUsualKinExact, kUsualKinDiffers));
  }
  const double comparisons = std::max(1.0, input.comparisons);
  match_prior_ = std::clamp(input.usual_matches / comparisons, 1e-12, 0.5);
  kin_prior_ = match_prior_;
  TakeLogs();
}

ScoreModel ScoreModel::Fit(const Input& input) {
  ScoreModel model(input);
  while (model.iterations_ < kMaxIterations && !model.Iterate(input)) {
  }
  return model;
}

void ScoreModel::TakeLogs() {
  log_match_.clear();
  log_kin_.clear();
  log_twin_.clear();
  log_chance_.clear();
  for (size_t f = 0; f < fields_.size(); ++f) {
    const ScoredField& field = fields_[f];
    std::vector<double> kin = field.household ? household_[f] : chance_[f];
    for (double& p : kin) p *= 1 - field.namesakes;
    kin.back() += field.namesakes;
    const bool twin_date = field.birth_date;
    log_match_.push_back(Logs(match_[f]));
    log_kin_.push_back(Logs(kin));
    log_twin_.push_back(
        twin_date ? Logs(Spread(field.levels.size(), kTwinDateExact, 1 - kTwinDateExact - 0.01))
        : field.household ? log_kin_.back()
                          : Logs(chance_[f]));
    log_chance_.push_back(Logs(chance_[f]));
  }
}

ScoreModel::Classes ScoreModel::Weigh(AgreementPattern pattern) const {
  double match = std::log(match_prior_);
  double kin = std::log(kin_prior_ * (1 - kTwinsAmongKin));
  double twin = std::log(kin_prior_ * kTwinsAmongKin);
  double chance = std::log1p(-std::min(0.9, match_prior_ + kin_prior_));
  for (size_t f = 0; f < fields_.size(); ++f) {
    const size_t level = LevelIn(pattern, f);
    match += log_match_[f][level];
    kin += log_kin_[f][level];
    twin += log_twin_[f][level];
    chance += log_chance_[f][level];
  }
  const double highest = std::max({match, kin, twin, chance});
  const double m = std::exp(match - highest);
  const double k = std::exp(kin - highest) + std::exp(twin - highest);
  const double c = std::exp(chance - highest);
  const double sum = m + k + c;
  return {m / sum, k / sum, c / sum};
}

double ScoreModel::Probability(AgreementPattern pattern) const { return Weigh(pattern).match; }

bool ScoreModel::Iterate(const Input& input) {
  std::vector<Tally> match_tally, kin_tally;
  for (const ScoredField& field : fields_) {
    match_tally.emplace_back(field.levels.size(), 0);
    kin_tally.emplace_back(field.levels.size(), 0);
  }
  double matches = 0;
  double kin = 0;
  for (const auto& [pattern, count] : input.patterns) {
    const Classes classes = Weigh(pattern);
    const double match_weight = classes.match * static_cast<double>(count);
    const double kin_weight = classes.kin * static_cast<double>(count);
    matches += match_weight;
    kin += kin_weight;
    for (size_t f = 0; f < fields_.size(); ++f) {
      const size_t level = LevelIn(pattern, f);
      match_tally[f][level] += match_weight;
      kin_tally[f][level] += kin_weight;
    }
  }
  for (size_t f = 0; f < fields_.size(); ++f) {
    const size_t levels = fields_[f].levels.size();
    match_[f] = Learn(match_tally[f], Spread(levels, kUsualMatchExact, kUsualMatchDiffers));
    household_[f] = Learn(kin_tally[f], Spread(levels, kUsualKinExact, kUsualKinDiffers));
  }
  const double comparisons = std::max(1.0, input.comparisons);
  match_prior_ = std::clamp((matches + 0.5) / comparisons, 1e-12, 0.5);
  kin_prior_ = std::clamp((kin + 0.5) / comparisons, 1e-12, 0.4);
  TakeLogs();
  ++iterations_;
  const bool converged =
      std::abs(matches - expected_matches_) <= kConverged * std::max(1.0, matches);
  expected_matches_ = matches;
  return converged;
}

}  // namespace blindlink
