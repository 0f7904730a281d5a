#include "common/score/quality_estimate.h"

#include <gtest/gtest.h>

namespace blindlink {
namespace {

void Add(QualityEstimator* estimator, int pairs, double score, bool taken, size_t match_keys) {
  for (int i = 0; i < pairs; ++i) estimator->Add(score, taken, match_keys);
}

TEST(QualityEstimate, OfNoPairsIsNothing) {
  const QualityEstimate quality = QualityEstimator().Estimate();
  EXPECT_EQ(quality.ppv, 0);
  EXPECT_EQ(quality.true_pairs, 0);
  EXPECT_EQ(quality.sensitivity, 0);
}

TEST(QualityEstimate, CountsWrongAndMissedPairsByTheirScores) {
  QualityEstimator estimator;
  Add(&estimator, 900, 0.99, true, 8);
  Add(&estimator, 100, 0.2, false, 8);
  const QualityEstimate quality = estimator.Estimate();
  EXPECT_NEAR(quality.ppv, 0.99, 1e-9);
  EXPECT_NEAR(quality.met, 900 * 0.99 + 20, 1e-6);
  EXPECT_EQ(quality.unmet, 0);
  EXPECT_NEAR(quality.sensitivity, 900 * 0.99 / quality.met, 1e-9);
}

TEST(QualityEstimate, PairsThatShareNoTokenAreEstimatedFromThoseThatShareFew) {
  QualityEstimator estimator;
  Add(&estimator, 1000, 1, true, 6);
  Add(&estimator, 60, 1, true, 2);
  Add(&estimator, 60, 1, true, 1);
  const QualityEstimate quality = estimator.Estimate();
  EXPECT_NEAR(quality.unmet, 60.0 * 60 / (2 * 60), 1e-9);
  EXPECT_NEAR(quality.true_pairs, 1120 + quality.unmet, 1e-9);
  EXPECT_LT(quality.sensitivity, 1);
}

TEST(QualityEstimate, PairsThatOthersContradictLeaveFewerWrongOnes) {
  QualityEstimator estimator;
  Add(&estimator, 1000, 0.95, true, 8);
  const double before = estimator.Estimate().ppv;
  const double matches = estimator.Estimate().met;
  for (int i = 0; i < 40; ++i) estimator.AddContradicted(0.8);
  const QualityEstimate quality = estimator.Estimate();
  EXPECT_NEAR(before, 0.95, 1e-9);
  EXPECT_NEAR(quality.ppv, 1 - (50 - 0.9 * 0.8 * 40) / 1000, 1e-9);
  EXPECT_NEAR(quality.met, matches + 40 * 0.8, 1e-6);
  for (int i = 0; i < 400; ++i) estimator.AddContradicted(0.8);
  EXPECT_LT(estimator.Estimate().ppv, 1) << "some are never found that way";
}

TEST(QualityEstimate, LimitsHoldTheEstimateAndAreWiderWhereScoresAreUncertain) {
  QualityEstimator clear;
  Add(&clear, 1000, 0.9999, true, 8);
  QualityEstimator unclear;
  Add(&unclear, 700, 0.9999, true, 8);
  Add(&unclear, 300, 0.7, true, 8);
  const QualityEstimate sure = clear.Estimate();
  const QualityEstimate unsure = unclear.Estimate();
  for (const QualityEstimate& quality : {sure, unsure}) {
    EXPECT_LE(quality.ppv_interval.low, quality.ppv);
    EXPECT_GE(quality.ppv_interval.high, quality.ppv);
    EXPECT_LE(quality.true_pairs_interval.low, quality.true_pairs);
    EXPECT_GE(quality.true_pairs_interval.high, quality.true_pairs);
  }
  EXPECT_LT(sure.ppv_interval.high - sure.ppv_interval.low, 0.01);
  EXPECT_GT(unsure.ppv_interval.high - unsure.ppv_interval.low, 0.05);
  EXPECT_GT(unsure.true_pairs_interval.high - unsure.true_pairs_interval.low, 50);
}

}  // namespace
}  // namespace blindlink
