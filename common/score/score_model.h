#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/score/chance_rates.h"
#include "common/score/class_rates.h"
#include "common/score/field_levels.h"
#include "common/score/pair_class.h"
#include "common/score/pair_scorer.h"

namespace blindlink {

// How many candidate pairs agree in each way.
using PatternCounts = absl::flat_hash_map<AgreementPattern, uint64_t>;

// How probable it is that two records are one person, given how they agree, learned from a run's
// candidates without a truth: a mixture of the classes of pair_class.h.
//
// Priors are shares of all pairs that could have been compared, not of the candidates: strangers
// that share no token count as well. Learned by expectation-maximization over the candidates'
// patterns (Dempster, Laird and Rubin 1977; Winkler 1988), with a weak pull towards usual values,
// so that a small run does not fit its noise. A missing value says nothing.
//
// Pairs within sites are decoys, as in target-decoy search (Elias and Gygi 2007): strangers,
// neighbours and kin as pairs across sites are, but rarely one person. They serve twice. The
// classes of strangers are as frequent there as across sites, so what the decoys count of them need
// not be guessed; a site's own duplicates, and how many families it holds, have shares of their
// own. And where the decoys show more or fewer pairs of a pattern than the classes explain, the
// pairs across sites that are not one person are taken to be as many more or fewer, as far as the
// count is large enough to tell.
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
    // With two or more, both starts are fitted at the same time; with more, patterns are weighed in
    // several threads too. The model is the same, to the bit.
    size_t threads = 1;
  };

  // Any input gives a model, none or one candidate included; the same input the same one, to the
  // bit.
  static ScoreModel Fit(const Input& input);

  // The probability that a pair with this pattern is one person.
  double Probability(AgreementPattern pattern) const;
  // What the model says of pairs across sites, without what the decoys count of single patterns.
  PairScorer Scorer() const { return {rates_.fields(), rates_.logs(), across_.priors}; }

  // P(level | one person) and P(level | chance), by field and level.
  std::vector<LevelRates> match_levels() const;
  const std::vector<LevelRates>& chance_levels() const { return rates_.chance(); }
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
  // The expected matches of the model that another start ends in; 0 if it ends in the same one.
  double other_matches() const { return other_matches_; }
  // Of the patterns that could be one person's or two people's: how many decoys that are no
  // duplicates there are, and how many the classes explained before these were counted. Far apart,
  // they say that the classes do not fit this data.
  double decoys_counted() const { return decoys_counted_; }
  double decoys_explained() const { return decoys_explained_; }
  // Fields, by index, in which the records of one person would agree less than they must
  // (ScoredTraits::least_agreement), had they not been held to it: the data has more errors than
  // usual, or people who are related are taken for one person.
  const std::vector<size_t>& held() const { return rates_.held(); }

 private:
  // How many families there are to begin with.
  enum class Start { kUsual, kManyFamilies };
  struct Pattern {
    AgreementPattern pattern;
    double count;
    // How many times as many pairs that are not one person there are as the classes explain.
    double others = 1;
    double probability = 0;  // of one person, once the model is fitted
  };
  // Pairs of one kind: across sites, or within them.
  struct Pairs {
    std::vector<Pattern> patterns;  // sorted
    double comparisons = 0;
    ClassWeights priors{};
    ClassWeights log_priors{};
    ClassWeights totals{};  // of the last iteration
  };

  ScoreModel(const Input& input, Start start);
  static ScoreModel FitFrom(const Input& input, Start start);
  void KeepProbabilities(size_t threads);
  void Converge(int most_iterations);
  // Whether the class is among pairs of this kind.
  bool IsIn(PairClass which, const Pairs& pairs) const;
  // Whether the plan has the fields that tell the class from others.
  bool IsPresent(PairClass which) const;
  void Iterate();
  // Adds the pairs to the tallies, in threads_ threads.
  void Weigh(Pairs* pairs, ClassRates::Tallies* tallies) const;
  // The class's share of all pairs of this kind, as last seen.
  double ShareOf(PairClass which, const Pairs& pairs) const;
  // How much what is seen of families within sites counts across sites.
  double TrustInFamiliesWithin() const;
  void LearnPriors();
  // Counts by the decoys how many pairs of each pattern are not one person.
  void CountOthers();
  // The classes' posterior probabilities, if the pattern is one of these pairs.
  ClassWeights Weigh(AgreementPattern pattern, const Pairs& pairs) const;
  // The same, by what the decoys count of the pattern.
  ClassWeights WeighCounted(const Pattern& pattern, const Pairs& pairs) const;

  ClassRates rates_;
  size_t threads_;  // of this start
  std::array<bool, kPairClasses> present_{};
  Pairs across_;
  Pairs within_;
  double share_with_dates_ = 0;
  double expected_matches_ = 0;
  double expected_duplicates_ = 0;
  double other_matches_ = 0;
  double decoys_counted_ = 0;
  double decoys_explained_ = 0;
  int iterations_ = 0;
  bool converged_ = false;
};

}  // namespace blindlink
