#include "common/drift/share_change.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blindlink {
namespace {

TEST(ChanceOfDifference, IsThatOfFishersExactTest) {
  // Fisher's lady tasting tea: one tail is 17 / 70.
  EXPECT_NEAR(ChanceOfDifference({3, 4}, {1, 4}), 2 * 17.0 / 70, 1e-12);
  // One table of 184 756.
  EXPECT_NEAR(ChanceOfDifference({10, 10}, {0, 10}), 2 / 184'756.0, 1e-14);
  EXPECT_NEAR(ChanceOfDifference({0, 10}, {10, 10}), 2 / 184'756.0, 1e-14);
}

TEST(ChanceOfDifference, IsThatOfTheNormalDistributionInLargeSamples) {
  const double z = 0.002 / std::sqrt(2 * 0.501 * 0.499 / 1e6);
  const double normal = std::erfc(z / std::sqrt(2.0));
  EXPECT_NEAR(ChanceOfDifference({500'000, 1e6}, {502'000, 1e6}) / normal, 1, 0.02);
}

TEST(ChanceOfDifference, OfAHundredMillionRecordsIsFoundAndOfNoneIsOne) {
  EXPECT_LT(ChanceOfDifference({9.5e7, 1e8}, {9.4e7, 1e8}), 1e-100);
  EXPECT_EQ(ChanceOfDifference({9.5e7, 1e8}, {9.5e7, 1e8}), 1);
  EXPECT_EQ(ChanceOfDifference({0, 0}, {5, 10}), 1);
  EXPECT_EQ(ChanceOfDifference({0, 10}, {0, 10}), 1);
}

TEST(EffectSize, IsCohensH) {
  EXPECT_NEAR(EffectSize(0.5, 0.45), 0.1002, 1e-4);
  EXPECT_NEAR(EffectSize(1, 0), M_PI, 1e-12);
  EXPECT_EQ(EffectSize(0.3, 0.3), 0);
  EXPECT_EQ(EffectSize(0.9, 0.95), EffectSize(0.95, 0.9));
}

TEST(DesignEffect, IsChiSquareOverItsDegreesOfFreedomAndAtLeastOne) {
  // The pooled share is .2: 2 * 100^2 / (1000 * .16), over one degree of freedom.
  EXPECT_NEAR(DesignEffect({{100, 1000}, {300, 1000}}), 125, 1e-9);
  EXPECT_EQ(DesignEffect({{200, 1000}, {200, 1000}}), 1);
  EXPECT_EQ(DesignEffect({{100, 1000}}), 1);
  EXPECT_EQ(DesignEffect({{0, 1000}, {0, 1000}}), 1);
}

}  // namespace
}  // namespace blindlink
