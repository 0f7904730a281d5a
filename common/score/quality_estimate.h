#pragma once

#include <array>
#include <cstddef>

namespace blindlink {

struct Interval {
  double low = 0;
  double high = 0;
};

// What a run expects of its result, without the truth. The intervals are meant to hold the truth in
// 95 of 100 data sets; they are as wide as the errors of the score on sets with a truth
// (docs/accuracy.md), not only as chance makes them.
struct QualityEstimate {
  double ppv = 0;
  Interval ppv_interval;
  // Pairs of one person that share a token.
  double met = 0;
  // Pairs of one person that share none: at least so many (Chao 1984).
  double unmet = 0;
  // All pairs of one person.
  double true_pairs = 0;
  Interval true_pairs_interval;
  // Of all pairs of one person, how many were taken.
  double sensitivity = 0;
};

// Adds up the pairs of a run once their scores are final. For one thread.
class QualityEstimator {
 public:
  // A pair, and whether it is in the result; if so, it shares tokens of so many match keys.
  void Add(double score, bool taken, size_t match_keys);
  // A pair that is not in the result although its score would put it there, because other pairs of
  // the two entities contradict it. The number of matches that the scores add up to stays the same,
  // so that much the more of the pairs in the result are matches.
  void AddContradicted(double score);
  QualityEstimate Estimate() const;

 private:
  struct Sums {
    double pairs = 0;
    double matches = 0;
    double wrong = 0;      // the expected wrong pairs
    double variance = 0;   // of the number of matches, if scores are probabilities
    double uncertain = 0;  // sum of the smaller of a score and its complement
  };
  Sums all_;
  Sums taken_;
  double contradicted_ = 0;                // what their scores are too high by
  std::array<double, 3> taken_by_keys_{};  // matches taken that share one and two match keys
};

}  // namespace blindlink
