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
//   - match: one person; levels learned, but held to agree in what is a person's own
//     (ScoredTraits::least_agreement), however many errors there are;
//   - kin: two people of one household; what households share is learned, and how often one of them
//     goes by the other's number;
//   - twins: kin who share the date of birth as well;
//   - namesakes: kin who share the first name, as fathers and sons do; how often a suffix tells
//     them apart is learned;
//   - duplicate: one person twice within a site, where values are written in one way;
//   - each of these also apart: of two addresses, because one moved. Street and place go together,
//     so a class of their own says more than two rates;
//   - neighbours: strangers of one street and place;
//   - house: strangers under one address: flats, homes, dormitories;
//   - area: strangers of one place;
//   - local name: strangers of one place who share the surname;
//   - origin: strangers of one origin; what goes with names is learned; only where fields say that
//     they do (ScoredField::goes_with_name);
//   - chance: strangers; levels as the sites measured them (chance_rates.h).
// What a class does not name is as in chance. Priors are shares of all pairs that could have been
// compared, not of the candidates: strangers that share no token count as well. Learned by
// expectation-maximization over the candidates' patterns (Dempster, Laird and Rubin 1977; Winkler
// 1988), with a weak pull towards usual values, so that a small run does not fit its noise. A
// missing value says nothing.
//
// Pairs within sites are decoys, as in target-decoy search (Elias and Gygi 2007): strangers,
// neighbours and kin as pairs across sites are, but rarely one person. The classes of strangers are
// as frequent there as across sites, so what the decoys count of them need not be guessed; a site's
// own duplicates, and how many families it holds, have shares of their own.
class ScoreModel {
 public:
  struct Input {
    const std::vector<ScoredField>& fields;
    const ChanceRates& chance;
    const PatternCounts& patterns;
    double comparisons;    // pairs that could have been compared
    double usual_matches;  // a first guess
    // Pairs within sites that share a token, and how many could have been compared. Null: none.
    const PatternCounts* decoys = nullptr;
    double decoy_comparisons = 0;
  };

  // Any input gives a model, none or one candidate included; the same input the same one, to the
  // bit.
  static ScoreModel Fit(const Input& input);

  // The probability that a pair with this pattern is one person.
  double Probability(AgreementPattern pattern) const;

  // P(level | one person) and P(level | chance), by field and level.
  std::vector<LevelRates> match_levels() const;
  const std::vector<LevelRates>& chance_levels() const { return chance_[0]; }
  // The sum of the candidates' probabilities: how many pairs are one person, as far as they share a
  // token at all.
  double expected_matches() const { return expected_matches_; }
  // The same among the decoys: a site's own duplicates.
  double expected_duplicates() const { return expected_duplicates_; }
  // Pairs of two people of one family among the candidates.
  double expected_families() const;
  int iterations() const { return iterations_; }
  // Whether the last iteration changed nothing that matters.
  bool converged() const { return converged_; }
  // Fields, by index, in which the records of one person would agree less than they must
  // (ScoredTraits::least_agreement), had they not been held to it: the data has more errors than
  // usual, or people who are related are taken for one person.
  const std::vector<size_t>& held() const { return held_; }

 private:
  enum Class : size_t {
    kMatch,
    kMatchApart,
    kKin,
    kKinApart,
    kTwins,
    kTwinsApart,
    kNamesakes,
    kNamesakesApart,
    kDuplicate,
    kDuplicateApart,
    kNeighbours,
    kHouse,
    kArea,
    kLocalName,
    kOrigin,
    kChance,
    kClassCount
  };
  using Weights = std::array<double, kClassCount>;
  using SortedPatterns = std::vector<std::pair<AgreementPattern, uint64_t>>;
  using Tallies = std::array<std::vector<LevelRates>, kClassCount>;
  // Pairs of one kind: across sites, or within them.
  struct Pairs {
    SortedPatterns patterns;
    double comparisons = 0;
    Weights priors{};
    Weights totals{};  // of the last iteration
  };

  explicit ScoreModel(const Input& input);
  // Whether the class's own rates apply to the field; otherwise it is as in chance.
  bool Names(Class which, size_t field) const;
  static bool IsOfStrangers(Class which) { return which >= kNeighbours && which <= kOrigin; }
  static bool IsApart(Class which) { return which < kNeighbours && which % 2 == 1; }
  // The same people under one address.
  static Class Together(Class which) { return IsApart(which) ? Class(which - 1) : which; }
  // Whether the class is among pairs of this kind.
  bool IsIn(Class which, const Pairs& pairs) const;
  bool IsAddress(size_t field) const;
  // Whether the plan has the fields that tell the class from others.
  bool IsPresent(Class which) const;
  double SumOf(const Weights& weights, Class which) const {
    return weights[which] + weights[which + 1];
  }
  void Iterate();
  void Weigh(Pairs* pairs, Tallies* tallies) const;
  void LearnRates(const Tallies& across, const Tallies& all);
  // The class's share of all pairs of this kind, as last seen.
  double ShareOf(Class which, const Pairs& pairs) const;
  // How much what is seen of families within sites counts across sites.
  double TrustInFamiliesWithin() const;
  void LearnPriors();
  // Returns the fields, by index, in which `rates`, of one person, had to be held to agree.
  std::vector<size_t> HoldToAgree(std::vector<LevelRates>* rates) const;
  void TakeLogs();
  // What a class says of a field.
  LevelRates RatesOf(Class which, size_t field, size_t situation) const;
  // The classes' posterior probabilities.
  Weights Weigh(AgreementPattern pattern, const Weights& priors) const;

  std::vector<ScoredField> fields_;
  ChanceRates chance_;
  std::vector<LevelRates> match_;  // by field
  // By class and field: what the class names. kKin's are those of twins and namesakes too.
  std::array<std::vector<LevelRates>, kClassCount> named_;
  std::vector<LevelRates> duplicates_;
  std::vector<LevelRates> namesakes_;  // of namesakes, in what tells them apart
  std::array<bool, kClassCount> present_{};
  Pairs across_;
  Pairs within_;
  // By chance's situation, class, field, level.
  std::array<std::array<std::vector<LevelRates>, kClassCount>, kChanceSituations> logs_;
  double expected_matches_ = 0;
  double expected_duplicates_ = 0;
  std::vector<size_t> held_;
  int iterations_ = 0;
  bool converged_ = false;
};

}  // namespace blindlink
