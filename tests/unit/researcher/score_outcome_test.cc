#include "researcher/evaluate/score_outcome.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

TEST(ScoreOutcome, TheCurveHasOnePointForEachScore) {
  const ScoreOutcome outcome =
      OutcomeOfScores({{0.7, false}, {0.9, true}, {0.9, true}, {0.7, true}, {0.8, false}});
  ASSERT_EQ(outcome.curve.size(), 3);
  EXPECT_EQ(outcome.curve[0].threshold, 0.9);
  EXPECT_EQ(outcome.curve[0].true_positives, 2);
  EXPECT_EQ(outcome.curve[0].false_positives, 0);
  EXPECT_EQ(outcome.curve[1].false_positives, 1);
  EXPECT_EQ(outcome.curve[2].threshold, 0.7);
  EXPECT_EQ(outcome.curve[2].true_positives, 3);
  EXPECT_EQ(outcome.curve[2].false_positives, 2);
  EXPECT_DOUBLE_EQ(outcome.curve[2].SensitivityOf(4), 0.75);
  EXPECT_DOUBLE_EQ(outcome.curve[2].PositivePredictiveValue(), 0.6);
  // F1: 4/(4+2), 4/(4+1+2), 6/(6+2+1) of four true pairs.
  EXPECT_DOUBLE_EQ(outcome.curve[1].F1Of(4), 4.0 / 7);
  EXPECT_EQ(outcome.Best(4), &outcome.curve[0]);
}

TEST(ScoreOutcome, BandsAndBinsBeginAtTheirLowestScore) {
  const ScoreOutcome outcome = OutcomeOfScores(
      {{0.85, true}, {0.8499, true}, {0.75, false}, {0.65, true}, {0.6, true}, {1, true}});
  ASSERT_EQ(outcome.bands.size(), 4);
  EXPECT_EQ(outcome.bands[0].true_positives, 2);
  EXPECT_EQ(outcome.bands[1].true_positives, 1);
  EXPECT_EQ(outcome.bands[1].false_positives, 1);
  EXPECT_EQ(outcome.bands[2].true_positives, 1);
  EXPECT_EQ(outcome.bands[3].true_positives, 1);
  ASSERT_EQ(outcome.bins.size(), 4);  // 0.6, 0.7, 0.8 and 0.999 to 1
  EXPECT_EQ(outcome.bins[0].from, 0.6);
  EXPECT_EQ(outcome.bins[0].pairs, 2);
  EXPECT_DOUBLE_EQ(outcome.bins[0].mean_score, 0.625);
  EXPECT_EQ(outcome.bins[1].true_pairs, 0);
  EXPECT_EQ(outcome.bins[3].from, 0.999);
  EXPECT_EQ(outcome.bins[3].pairs, 1);
}

TEST(ScoreOutcome, ScoresThatAreNoProbabilitiesHaveACurveOnly) {
  const ScoreOutcome outcome = OutcomeOfScores({{12.5, true}, {-3, false}});
  EXPECT_EQ(outcome.curve.size(), 2);
  EXPECT_TRUE(outcome.bands.empty());
  EXPECT_TRUE(outcome.bins.empty());
}

TEST(ScoreOutcome, NoPairsAreNoCurve) {
  const ScoreOutcome outcome = OutcomeOfScores({});
  EXPECT_TRUE(outcome.curve.empty());
  EXPECT_EQ(outcome.Best(5), nullptr);
}

TEST(ScoreOutcome, AThinnedCurveKeepsItsEnds) {
  std::vector<ScoredPair> pairs;
  for (int i = 0; i < 5000; ++i) pairs.push_back({i / 5000.0, i % 7 != 0});
  const ScoreOutcome outcome = OutcomeOfScores(pairs);
  const std::vector<CurvePoint> thinned = ThinnedCurve(outcome.curve, 100);
  EXPECT_LE(thinned.size(), 100);
  EXPECT_GE(thinned.size(), 90);
  EXPECT_EQ(thinned.front().threshold, outcome.curve.front().threshold);
  EXPECT_EQ(thinned.back().threshold, outcome.curve.back().threshold);
}

}  // namespace
}  // namespace blindlink::researcher
