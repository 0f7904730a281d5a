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
// In the order of ScoreModel::Class.
struct ClassStart {
  // A first guess, as a share of the pairs of one person. Low, so that what one person's errors
  // explain is not taken for kin; where there are households the data says so at once.
  double first;
  // Pairs' worth that are there in any population, seen or not; and the same as a share of kin.
  double unseen;
  double among_kin = 0;
};
constexpr ClassStart kStart[] = {
    {.first = 1, .unseen = 0.5},                            // match
    {.first = 0.1, .unseen = 0.05},                         // match apart
    {.first = 0.02, .unseen = 0.1},                         // kin
    {.first = 0.005, .unseen = 0.05},                       // kin apart
    {.first = 0.01, .unseen = 0.01, .among_kin = 0.01},     // twins
    {.first = 0.003, .unseen = 0.003, .among_kin = 0.003},  // twins apart
    {.first = 0.005, .unseen = 0.01, .among_kin = 0.03},    // namesakes
    {.first = 0.002, .unseen = 0.003, .among_kin = 0.01},   // namesakes apart
    {.first = 0.5, .unseen = 0.5},                          // duplicate
    {.first = 0.05, .unseen = 0.05},                        // duplicate apart
    {.first = 0.1, .unseen = 0.1},                          // neighbours
    {.first = 0.02, .unseen = 0.1},                         // house
    {.first = 0.1, .unseen = 0.1},                          // area
    {.first = 0.1, .unseen = 0.1},                          // local name
    {.first = 1, .unseen = 0.1},                            // origin
    {.first = 0, .unseen = 0},                              // chance
};
// Of kin, how many go by one number; with a strong pull towards it where it is learned within
// sites.
constexpr double kUsualKinNumber = 0.01;
// How much the families within sites count for those across sites, which may be others: twice the
// latter. Leaves at least a third of what is seen across sites where no site holds families.
constexpr double kFamiliesWithin = 2;
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
  if (field.is_rarity) return Even(levels);
  // Between what it must be at least and certainty, where that is more.
  const double exact = std::max(kUsualMatchExact, (1 + field.least_agreement) / 2);
  return Spread(levels, exact, std::min(kUsualMatchDiffers, 1 - exact));
}

LevelRates UsualKin(const ScoredField& field) {
  if (!field.usual_match.empty()) return field.usual_match;  // what a household shares is as usual
  if (field.shared_by_number > 0) {
    return Spread(field.levels.size(), kUsualKinNumber, 1 - 2 * kUsualKinNumber);
  }
  return Spread(field.levels.size(), kUsualKinExact, kUsualKinDiffers);
}

// The usual street of neighbours: the same, another number.
LevelRates UsualNeighbours(const ScoredField& field) {
  LevelRates rates = Even(field.levels.size());
  for (double& rate : rates) rate *= 0.3;
  rates[field.agrees_from] += 0.7;
  return rates;
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
    duplicates_.push_back(UsualMatch(field));
    namesakes_.push_back(UsualNamesakes(field));
    for (std::vector<LevelRates>& rates : named_) rates.push_back(UsualKin(field));
    const bool street = field.comparison == Comparison::kStreetAddress;
    if (street) named_[kNeighbours].back() = UsualNeighbours(field);
  }
  for (size_t which = 0; which < kClassCount; ++which) {
    present_[which] = IsPresent(static_cast<Class>(which));
  }
  // A sum of rounded numbers depends on their order, and a hash map has another in each process.
  across_.patterns.assign(input.patterns.begin(), input.patterns.end());
  std::sort(across_.patterns.begin(), across_.patterns.end());
  across_.comparisons = std::max(1.0, input.comparisons);
  if (input.decoys != nullptr) {
    within_.patterns.assign(input.decoys->begin(), input.decoys->end());
    std::sort(within_.patterns.begin(), within_.patterns.end());
    within_.comparisons = input.decoy_comparisons;
  }
  const double matches =
      std::clamp(input.usual_matches / across_.comparisons, 1e-12, kHighestPrior);
  for (Pairs* pairs : {&across_, &within_}) {
    for (size_t which = 0; which < kChance; ++which) {
      pairs->priors[which] =
          IsIn(static_cast<Class>(which), *pairs) ? kStart[which].first * matches : 0;
    }
    pairs->priors[kChance] = 1;
  }
  TakeLogs();
}

ScoreModel ScoreModel::Fit(const Input& input) {
  ScoreModel model(input);
  while (model.iterations_ < kMaxIterations && !model.converged_) model.Iterate();
  return model;
}

bool ScoreModel::IsIn(Class which, const Pairs& pairs) const {
  const bool within = &pairs == &within_;
  if (Together(which) == kMatch && within) return false;
  if (Together(which) == kDuplicate && !within) return false;
  return present_[which];
}

bool ScoreModel::IsAddress(size_t f) const {
  const Comparison comparison = fields_[f].comparison;
  return IsPlace(comparison) || comparison == Comparison::kStreetAddress;
}

bool ScoreModel::IsPresent(Class which) const {
  size_t addresses = 0;
  size_t named = 0;
  for (size_t f = 0; f < fields_.size(); ++f) {
    addresses += IsAddress(f) ? 1 : 0;
    named += Names(which, f) ? 1 : 0;
  }
  if (IsApart(which)) return addresses > 0;
  if (!IsOfStrangers(which)) return true;
  return named >= (which == kArea || which == kOrigin ? 1 : 2);
}

bool ScoreModel::Names(Class which, size_t f) const {
  const ScoredField& field = fields_[f];
  if (field.is_rarity || (IsApart(which) && IsAddress(f))) return false;
  switch (Together(which)) {
    case kMatch:
    case kDuplicate:
      return true;
    case kKin:
    case kTwins:
    case kNamesakes:
      return field.household || field.shared_by_number > 0;
    case kNeighbours:
    case kHouse:
      return IsAddress(f);
    case kArea:
      return IsPlace(field.comparison);
    case kLocalName:
      return IsPlace(field.comparison) || field.comparison == Comparison::kSurname;
    case kOrigin:
      return field.goes_with_name;
    default:
      return false;
  }
}

LevelRates ScoreModel::RatesOf(Class which, size_t f, size_t situation) const {
  const ScoredField& field = fields_[f];
  const Class together = Together(which);
  if (together == kDuplicate && (field.is_rarity || Names(which, f))) return duplicates_[f];
  if (field.is_rarity) return together == kMatch ? match_[f] : chance_[situation][f];
  if (together == kNamesakes && field.tells_namesakes) return namesakes_[f];
  if (!Names(which, f)) {
    const double shared = together == kTwins       ? field.shared_by_twins
                          : together == kNamesakes ? field.shared_by_namesakes
                                                   : 0;
    // What two people share is written down with the same errors as what is one person's.
    LevelRates rates = chance_[situation][f];
    for (size_t level = 1; level < rates.size(); ++level) {
      rates[level] += shared * (match_[f][level] - rates[level]);
    }
    return rates;
  }
  if (together == kMatch) return match_[f];
  return named_[IsOfStrangers(which) ? which : kKin][f];
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

ScoreModel::Weights ScoreModel::Weigh(AgreementPattern pattern, const Weights& priors) const {
  const auto& logs_here = logs_[ChanceSituationOf(fields_, pattern)];
  Weights weights;
  for (size_t which = 0; which < kClassCount; ++which) {
    const std::vector<LevelRates>& logs = logs_here[which];
    weights[which] = std::log(priors[which]);
    if (priors[which] <= 0) continue;
    for (size_t f = 0; f < fields_.size(); ++f) weights[which] += logs[f][LevelIn(pattern, f)];
  }
  const double highest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - highest);
  for (double& weight : weights) weight /= sum;
  return weights;
}

double ScoreModel::Probability(AgreementPattern pattern) const {
  return SumOf(Weigh(pattern, across_.priors), kMatch);
}

double ScoreModel::expected_families() const {
  return std::accumulate(across_.totals.begin() + kKin, across_.totals.begin() + kDuplicate, 0.0);
}

std::vector<LevelRates> ScoreModel::match_levels() const {
  std::vector<LevelRates> levels = match_;
  const double apart = across_.priors[kMatchApart] / SumOf(across_.priors, kMatch);
  for (size_t f = 0; f < fields_.size(); ++f) {
    if (!IsAddress(f)) continue;
    for (size_t level = 1; level < levels[f].size(); ++level) {
      levels[f][level] += apart * (chance_[0][f][level] - levels[f][level]);
    }
  }
  return levels;
}

void ScoreModel::Weigh(Pairs* pairs, Tallies* tallies) const {
  pairs->totals = {};
  for (const auto& [pattern, count] : pairs->patterns) {
    const Weights weights = Weigh(pattern, pairs->priors);
    for (size_t which = 0; which < kClassCount; ++which) {
      const double weight = weights[which] * static_cast<double>(count);
      pairs->totals[which] += weight;
      for (size_t f = 0; f < fields_.size(); ++f) {
        (*tallies)[which][f][LevelIn(pattern, f)] += weight;
      }
    }
  }
}

void ScoreModel::LearnRates(const Tallies& across, const Tallies& all) {
  // Of a class and the same apart, except addresses.
  const auto tally = [&](const Tallies& tallies, Class which, size_t f) {
    LevelRates sum = tallies[which][f];
    if (IsOfStrangers(which) || IsAddress(f)) return sum;
    for (size_t level = 0; level < sum.size(); ++level) sum[level] += tallies[which + 1][f][level];
    return sum;
  };
  for (size_t f = 0; f < fields_.size(); ++f) {
    match_[f] = Learn(tally(across, kMatch, f), UsualMatch(fields_[f]));
    duplicates_[f] = Learn(tally(all, kDuplicate, f), UsualMatch(fields_[f]));
    namesakes_[f] = Learn(tally(all, kNamesakes, f), UsualNamesakes(fields_[f]));
    const bool street = fields_[f].comparison == Comparison::kStreetAddress;
    for (const Class which : {kKin, kNeighbours, kHouse, kArea, kLocalName, kOrigin}) {
      const LevelRates usual =
          which == kNeighbours && street ? UsualNeighbours(fields_[f]) : UsualKin(fields_[f]);
      named_[which][f] = Learn(tally(all, which, f), usual);
    }
    if (fields_[f].is_rarity) {
      const LevelRates learned = Learn(all[kChance][f], Even(fields_[f].levels.size()));
      for (std::vector<LevelRates>& rates : chance_) rates[f] = learned;
    }
  }
  held_ = HoldToAgree(&match_);
  HoldToAgree(&duplicates_);
}

std::vector<size_t> ScoreModel::HoldToAgree(std::vector<LevelRates>* of) const {
  std::vector<size_t> held;
  for (size_t f = 0; f < fields_.size(); ++f) {
    LevelRates& rates = (*of)[f];
    const auto first = rates.begin() + static_cast<std::ptrdiff_t>(fields_[f].agrees_from);
    const double agree = std::accumulate(first, rates.end(), 0.0);
    const double least = fields_[f].least_agreement;
    if (agree >= least || agree <= 0) continue;
    held.push_back(f);
    for (auto rate = rates.begin() + 1; rate != rates.end(); ++rate) {
      *rate *= rate >= first ? least / agree : (1 - least) / (1 - agree);
    }
  }
  return held;
}

double ScoreModel::ShareOf(Class which, const Pairs& pairs) const {
  const ClassStart& start = kStart[which];
  if (IsOfStrangers(which)) {
    return (across_.totals[which] + within_.totals[which] + start.unseen) /
           (across_.comparisons + within_.comparisons);
  }
  return (pairs.totals[which] + start.unseen + start.among_kin * SumOf(pairs.totals, kKin)) /
         std::max(1.0, pairs.comparisons);
}

double ScoreModel::TrustInFamiliesWithin() const {
  if (within_.comparisons <= 0) return 0;
  double families = 1;
  for (size_t which = kKin; which < kDuplicate; ++which) families += within_.totals[which];
  // Where sites are full of duplicates, some of these look like families.
  return kFamiliesWithin * families / (families + SumOf(within_.totals, kDuplicate));
}

void ScoreModel::LearnPriors() {
  const double trust = TrustInFamiliesWithin();
  for (Pairs* pairs : {&across_, &within_}) {
    double related = 0;
    for (size_t which = 0; which < kChance; ++which) {
      double share = ShareOf(static_cast<Class>(which), *pairs);
      const bool of_families = which >= kKin && which < kDuplicate;
      if (of_families && pairs == &across_ && trust > 0) {
        share = (share + trust * within_.totals[which] / within_.comparisons) / (1 + trust);
      }
      pairs->priors[which] =
          IsIn(static_cast<Class>(which), *pairs) ? std::clamp(share, 1e-12, kHighestPrior) : 0;
      related += pairs->priors[which];
    }
    pairs->priors[kChance] = std::max(0.1, 1 - related);
  }
}

void ScoreModel::Iterate() {
  Tallies tallies;
  for (std::vector<LevelRates>& tally : tallies) {
    for (const ScoredField& field : fields_) tally.emplace_back(field.levels.size(), 0);
  }
  Weigh(&across_, &tallies);
  const Tallies across = tallies;  // a match's own levels are not those of duplicates
  Weigh(&within_, &tallies);
  LearnRates(across, tallies);
  LearnPriors();
  TakeLogs();
  ++iterations_;
  const double matches = SumOf(across_.totals, kMatch);
  const double duplicates = SumOf(within_.totals, kDuplicate);
  const double change =
      std::abs(matches - expected_matches_) + std::abs(duplicates - expected_duplicates_);
  converged_ = change <= kConverged * std::max(1.0, matches);
  expected_matches_ = matches;
  expected_duplicates_ = duplicates;
}

}  // namespace blindlink
