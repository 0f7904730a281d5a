#include "agent/risk/population_risk.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blindlink::agent {
namespace {

TEST(PopulationRiskTest, TheExpectedRiskOfASampleUniqueIsTheClosedForm) {
  // Benedetti and Franconi: E[1/F | f=1] = -p ln p / (1 - p).
  for (const double p : {0.5, 0.1, 0.01, 0.001}) {
    EXPECT_NEAR(ExpectedRisk(1, p), -p * std::log(p) / (1 - p), 1e-5) << p;
  }
}

TEST(PopulationRiskTest, TheExpectedRiskOfAPairIsTheClosedForm) {
  // E[1/F | f=2] = p (p ln p + 1 - p) / (1 - p)^2.
  const double p = 0.2;
  EXPECT_NEAR(ExpectedRisk(2, p), p * (p * std::log(p) + 1 - p) / (1 - p) / (1 - p), 1e-5);
}

TEST(PopulationRiskTest, AWholePopulationHasItsOwnRisk) { EXPECT_EQ(ExpectedRisk(4, 1), 0.25); }

TEST(PopulationRiskTest, NoMorePeopleAreUniqueThanInTheSampleOfHalfThePopulation) {
  const SizeCounts counts = {{1, 100}, {2, 50}, {3, 30}, {10, 20}};
  const UniqueEstimate estimate = EstimateUniques(counts, 490, 980);
  EXPECT_EQ(estimate.by, "Zayatz");
  EXPECT_GT(estimate.uniques, 0);
  EXPECT_LE(estimate.uniques, 200);
}

TEST(PopulationRiskTest, SmallSamplesAreEstimatedByPitman) {
  const SizeCounts counts = {{1, 400}, {2, 100}, {3, 40}, {4, 20}, {8, 25}};
  const UniqueEstimate estimate = EstimateUniques(counts, 1000, 100'000);
  EXPECT_EQ(estimate.by, "Pitman");
  EXPECT_GT(estimate.uniques, 0);
  EXPECT_LT(estimate.uniques, 40'000);
}

}  // namespace
}  // namespace blindlink::agent
