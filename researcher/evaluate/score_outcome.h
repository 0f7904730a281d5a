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

// What the result would have been with `threshold` as the lowest score of a match pair.
struct CurvePoint {
  double threshold = 0;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;

  // Against `true_pairs` in all. 0 where there is nothing to divide by.
  double SensitivityOf(uint64_t true_pairs) const;
  double PositivePredictiveValue() const;
  double F1Of(uint64_t true_pairs) const;
};

// Pairs whose score lies in [from, to); the last bin includes 1.
struct ScoreBin {
  double from = 0;
  double to = 1;
  double mean_score = 0;  // the share of true pairs that was expected
  uint64_t pairs = 0;
  uint64_t true_pairs = 0;

  Proportion TrueShare() const { return WilsonInterval(true_pairs, pairs); }
};

struct BandOutcome {
  Band band = Band::kReview;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;
};

// How scores went with the truth.
struct ScoreOutcome {
  std::vector<CurvePoint> curve;  // by threshold, highest first: one for each different score
  // Of scores that are probabilities (within 0..1); otherwise none.
  std::vector<ScoreBin> bins;      // those with pairs in them, highest last
  std::vector<BandOutcome> bands;  // all four, high first

  // The point of highest F1; null without pairs.
  const CurvePoint* Best(uint64_t true_pairs) const;
};

// O(n log n).
ScoreOutcome OutcomeOfScores(std::vector<ScoredPair> pairs);

// At most `most` points of a curve, its ends among them, at even steps of pairs found: for drawing.
std::vector<CurvePoint> ThinnedCurve(const std::vector<CurvePoint>& curve, size_t most);

}  // namespace blindlink::researcher
