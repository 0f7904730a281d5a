#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/evidence/field_levels.h"
#include "resolver/score/chance_rates.h"

namespace blindlink {

// How many candidate pairs agree in each way.
using PatternCounts = absl::flat_hash_map<AgreementPattern, uint64_t>;

// How a run's pairs come about, by class, in the manner of Fellegi and Sunter (1969):
//   match     one person: levels m, learned
//   kin       two people of one household: what households share is learned, the rest is chance
//   twin      kin who share the date of birth as well; a fixed share of kin
//   chance    strangers: levels as the sites measured them (chance_rates.h)
// Priors are shares of all pairs that could have been compared, not of the candidates: strangers that
// share no token count as well. Learned by expectation-maximization over the candidates' patterns
// (Winkler 1988; Dempster, Laird and Rubin 1977), with a weak pull of m towards agreement so that a
// small run does not fit its noise. A missing value says nothing.
class ScoreModel {
 public:
  struct Input {
    const std::vector<ScoredField>& fields;
    const ChanceRates& chance;
    const PatternCounts& patterns;
    double comparisons;       // pairs that could have been compared
    double usual_matches;     // a first guess
  };

  // Any input gives a model, none or one candidate included.
  static ScoreModel Fit(const Input& input);

  // The probability that a pair with this pattern is one person.
  double Probability(AgreementPattern pattern) const;

  // P(level | match), by field and level.
  const std::vector<std::vector<double>>& match_levels() const { return match_; }
  const ChanceRates& chance_levels() const { return chance_; }
  // The sum of the candidates' probabilities: how many pairs are one person, as far as they share a
  // token at all.
  double expected_matches() const { return expected_matches_; }
  int iterations() const { return iterations_; }

 private:
  struct Classes {
    double match, kin, chance;
  };

  explicit ScoreModel(const Input& input);
  bool Iterate(const Input& input);
  void TakeLogs();
  // Posterior probabilities of the classes.
  Classes Weigh(AgreementPattern pattern) const;

  std::vector<ScoredField> fields_;
  ChanceRates chance_;
  std::vector<std::vector<double>> match_;      // by field and level
  std::vector<std::vector<double>> household_;  // levels of kin in what households share
  double match_prior_;
  double kin_prior_;
  std::vector<std::vector<double>> log_match_, log_kin_, log_twin_, log_chance_;
  double expected_matches_ = 0;
  int iterations_ = 0;
};

}  // namespace blindlink
