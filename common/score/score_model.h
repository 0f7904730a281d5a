#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"

namespace blindlink {

// How many candidate pairs agree in each way.
using PatternCounts = absl::flat_hash_map<AgreementPattern, uint64_t>;

// How a run's pairs come about, by class, in the manner of Fellegi and Sunter (1969):
//   - match: one person; levels learned;
//   - kin: two people of one household; what households share is learned, the rest is chance;
//   - twins: kin who share the date of birth as well;
//   - namesakes: kin who share the first name, as fathers and sons do; how often a suffix tells
//     them apart is learned;
//   - number: kin of whom one goes by the other's number;
//   - origin: strangers of one origin; what goes with names is learned, the rest is chance; only
//     where fields say that they do (ScoredField::goes_with_name);
//   - chance: strangers; levels as the sites measured them (chance_rates.h).
// Priors are shares of all pairs that could have been compared, not of the candidates: strangers
// that share no token count as well. Learned by expectation-maximization over the candidates'
// patterns (Dempster, Laird and Rubin 1977; Winkler 1988), with a weak pull towards usual values,
// so that a small run does not fit its noise. A missing value says nothing.
class ScoreModel {
 public:
  struct Input {
    const std::vector<ScoredField>& fields;
    const ChanceRates& chance;
    const PatternCounts& patterns;
    double comparisons;    // pairs that could have been compared
    double usual_matches;  // a first guess
  };

  // Any input gives a model, none or one candidate included; the same input the same one, to the
  // bit.
  static ScoreModel Fit(const Input& input);

  // The probability that a pair with this pattern is one person.
  double Probability(AgreementPattern pattern) const;

  // P(level | match) and P(level | chance), by field and level.
  const std::vector<LevelRates>& match_levels() const { return match_; }
  const std::vector<LevelRates>& chance_levels() const { return chance_[0]; }
  // The sum of the candidates' probabilities: how many pairs are one person, as far as they share a
  // token at all.
  double expected_matches() const { return expected_matches_; }
  int iterations() const { return iterations_; }

 private:
  enum Class : size_t { kMatch, kKin, kTwins, kNamesakes, kNumber, kOrigin, kChance, kClassCount };
  using Weights = std::array<double, kClassCount>;

  explicit ScoreModel(const Input& input);
  using SortedPatterns = std::vector<std::pair<AgreementPattern, uint64_t>>;
  // True when nothing changes any more.
  bool Iterate(const SortedPatterns& patterns, double comparisons);
  void TakeLogs();
  // What a class says of a field.
  LevelRates RatesOf(Class which, size_t field, size_t situation) const;
  // The classes' posterior probabilities.
  Weights Weigh(AgreementPattern pattern) const;

  std::vector<ScoredField> fields_;
  ChanceRates chance_;
  std::vector<LevelRates> match_;      // by field
  std::vector<LevelRates> household_;  // of kin, in what households share
  std::vector<LevelRates> namesakes_;  // of namesakes, in what tells them apart
  std::vector<LevelRates> origin_;     // of strangers of one origin, in what goes with names
  bool has_origin_ = false;
  Weights priors_{};
  // By chance's situation, class, field, level.
  std::array<std::array<std::vector<LevelRates>, kClassCount>, kChanceSituations> logs_;
  double expected_matches_ = 0;
  int iterations_ = 0;
};

}  // namespace blindlink
