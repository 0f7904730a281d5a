#include "common/score/quality_estimate.h"

#include <algorithm>
#include <cmath>

namespace blindlink {
namespace {

// Of a normal distribution, for 95 %.
constexpr double kDeviations = 1.96;
// On the sets of docs/accuracy.md the wrong pairs were this many times as many as expected, or as
// few, in all but a few; and the number of matches was off by this share of what is uncertain.
constexpr double kWrongPairsFactor = 1.75;
constexpr double kUncertainShare = 0.4;

// Of the pairs that others contradict, one in ten is a match after all, and so much of the wrong
// pairs in the result is never found that way; measured on the same sets.
constexpr double kNotContradicted = 0.1;

struct Unmet {
  double pairs = 0;
  double deviation = 0;
};

// Capture and recapture: pairs are met by few match keys if they differ in much, and those that are
// met by none are as many more as those met by one are more than those met by two. A lower bound if
// the match keys depend on each other or pairs differ in how easily they are met (Chao 1984, 1987,
// with its variance).
Unmet EstimateUnmet(double by_one, double by_two) {
  const double two = std::max(1.0, by_two);
  const double ratio = by_one / two;
  const double variance =
      two * (std::pow(ratio, 2) / 2 + std::pow(ratio, 3) + std::pow(ratio, 4) / 4);
  return {by_one * ratio / 2, std::sqrt(variance)};
}

}  // namespace

void QualityEstimator::Add(double score, bool taken, size_t match_keys) {
  const auto add = [score](Sums* sums) {
    sums->pairs += 1;
    sums->matches += score;
    sums->wrong += 1 - score;
    sums->variance += score * (1 - score);
    sums->uncertain += std::min(score, 1 - score);
  };
  add(&all_);
  if (!taken) return;
  add(&taken_);
  if (match_keys < taken_by_keys_.size()) taken_by_keys_[match_keys] += score;
}

void QualityEstimator::AddContradicted(double score) {
  Add(score, /*taken=*/false, 0);
  contradicted_ += (1 - kNotContradicted) * score;
}

QualityEstimate QualityEstimator::Estimate() const {
  QualityEstimate quality;
  const double wrong = std::max(kNotContradicted * taken_.wrong, taken_.wrong - contradicted_);
  quality.met = all_.matches;
  const Unmet unmet = EstimateUnmet(taken_by_keys_[1], taken_by_keys_[2]);
  quality.unmet = unmet.pairs;
  quality.true_pairs = quality.met + quality.unmet;
  const double off =
      1 + kDeviations * std::hypot(std::sqrt(all_.variance), kUncertainShare * all_.uncertain);
  quality.true_pairs_interval = {std::max(taken_.pairs - 2 * taken_.wrong, quality.met - off),
                                 quality.true_pairs + off + kDeviations * unmet.deviation};
  if (quality.true_pairs > 0)
    quality.sensitivity = std::min(1.0, (taken_.pairs - wrong) / quality.true_pairs);
  if (taken_.pairs == 0) return quality;
  const double chance = 1 + kDeviations * std::sqrt(wrong);
  // What was contradicted is less certain than what the scores say.
  const double factor =
      kWrongPairsFactor * (1 + (taken_.wrong - wrong) / std::max(1.0, taken_.wrong));
  quality.ppv = 1 - wrong / taken_.pairs;
  quality.ppv_interval = {std::max(0.0, 1 - (wrong * factor + chance) / taken_.pairs),
                          1 - std::max(0.0, wrong / factor - chance) / taken_.pairs};
  return quality;
}

}  // namespace blindlink
