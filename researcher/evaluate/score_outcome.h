#pragma once

#include <cstdint>
#include <vector>

#include "common/score/band.h"
#include "researcher/evaluate/contingency.h"

namespace blindlink::researcher {

struct ScoredPair {
  double score;
  bool is_true;
};

// What the result would have been if `threshold` were the lowest score of a match pair.
struct CurvePoint {
  double threshold = 0;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;

  // Relative to `true_pairs` in all. 0 where the divisor is 0.
  double SensitivityOf(uint64_t true_pairs) const;
  double PositivePredictiveValue() const;
  double F1Of(uint64_t true_pairs) const;
};

// Pairs whose score lies in [from, to); the last bin includes 1.
struct ScoreBin {
  double from = 0;
  double to = 1;
  double mean_score = 0;  // the expected share of true pairs
  uint64_t pairs = 0;
  uint64_t true_pairs = 0;

  Proportion TrueShare() const { return WilsonInterval(true_pairs, pairs); }
};

struct BandOutcome {
  Band band = Band::kReview;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;
};

// How the scores relate to the truth.
struct ScoreOutcome {
  std::vector<CurvePoint> curve;  // by threshold, highest first: one for each distinct score
  // For scores that are probabilities (within 0..1); otherwise empty.
  std::vector<ScoreBin> bins;      // bins that have pairs, highest last
  std::vector<BandOutcome> bands;  // all four, high first

  // The point with the highest F1; null without pairs.
  const CurvePoint* Best(uint64_t true_pairs) const;
};

// O(n log n).
ScoreOutcome OutcomeOfScores(std::vector<ScoredPair> pairs);

// At most `most` points of a curve for drawing, including both ends, evenly spaced by pairs found.
std::vector<CurvePoint> ThinnedCurve(const std::vector<CurvePoint>& curve, size_t most);

}  // namespace blindlink::researcher
