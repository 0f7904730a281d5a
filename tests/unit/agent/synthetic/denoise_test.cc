#include "agent/synthetic/denoise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "agent/synthetic/discrete_gaussian.h"

namespace blindlink::agent {
namespace {

std::vector<double> WithNoise(std::vector<double> counts, uint64_t variance, uint64_t seed) {
  const auto random = SeededRandom(seed);
  for (double& count : counts) count += static_cast<double>(DiscreteGaussian(variance, *random));
  return counts;
}

double Error(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum;
}

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(ProjectToTotalTest, TakesTheSameFromAllThatStayPositive) {
  const std::vector<double> projected = ProjectToTotal({10, 5, -3, 1}, 12);
  EXPECT_EQ(projected, (std::vector<double>{8.5, 3.5, 0, 0}));
}

TEST(ProjectToTotalTest, AddsTheSameToAllIfTheyAreTooFew) {
  EXPECT_EQ(ProjectToTotal({1, 3}, 8), (std::vector<double>{3, 5}));
}

TEST(RakeTest, RowsAndColumnsGetTheirSums) {
  std::vector<double> table{1, 2, 3, 4, 0, 0};
  const std::vector<double> rows{10, 20}, columns{12, 9, 9};
  Rake(rows, columns, &table);
  for (size_t r = 0; r < 2; ++r) {
    EXPECT_NEAR(table[r * 3] + table[r * 3 + 1] + table[r * 3 + 2], rows[r], 1e-3);
  }
  for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(table[c] + table[3 + c], columns[c], 1e-3);
}

TEST(SmoothCountsTest, TakesMostOfTheNoiseFromASmoothCurve) {
  std::vector<double> truth;
  for (int i = 0; i < 80; ++i) truth.push_back(300 * std::exp(-(i - 35.0) * (i - 35.0) / 300));
  const std::vector<double> noisy = WithNoise(truth, 900, 1);
  EXPECT_LT(Error(SmoothCounts(noisy, 900), truth), 0.4 * Error(noisy, truth));
}

TEST(SmoothCountsTest, KeepsASinglePeak) {
  std::vector<double> truth(60, 100);
  truth[40] = 2000;
  EXPECT_NEAR(SmoothCounts(WithNoise(truth, 400, 2), 400)[40], 2000, 100);
}

TEST(ShrinkCountsTest, CategoriesThatOnlyNoiseFillsGetNearlyNothing) {
  std::vector<double> truth(300, 0);
  truth[0] = 5000;
  truth[1] = 800;
  const std::vector<double> noisy = WithNoise(truth, 900, 3);
  const std::vector<double> shrunk = ProjectToTotal(ShrinkCounts(noisy, 900), 5800);
  EXPECT_LT(Error(shrunk, truth), 0.35 * Error(ProjectToTotal(noisy, 5800), truth));
}

TEST(ShrinkCountsTest, CategoriesThatAreAlikeAreDrawnTogetherAndDifferentOnesStay) {
  const std::vector<double> alike(70, 280);
  const std::vector<double> noisy = WithNoise(alike, 1500, 6);
  EXPECT_LT(Error(ShrinkCounts(noisy, 1500), alike), 0.4 * Error(noisy, alike));
  const std::vector<double> different{400, 4000, 900, 12'000, 2500};
  EXPECT_LT(Error(ShrinkCounts(different, 1500), different), 5);
}

TEST(ShrinkToExpectedTest, CellsThatNoiseExplainsFollowTheExpectation) {
  const TableShape shape{20, 20, false, false};
  const std::vector<double> expected(400, 25);
  std::vector<double> truth = expected;
  truth[7] = 900;  // something that was not expected
  const std::vector<double> estimate =
      ShrinkToExpected(shape, WithNoise(truth, 900, 4), 900, expected);
  EXPECT_NEAR(estimate[7], 900, 150);
  EXPECT_LT(Error(estimate, truth), 0.8 * Error(WithNoise(truth, 900, 4), truth));
}

TEST(ShrinkToExpectedTest, SmoothDifferencesFromTheExpectationAreFound) {
  const TableShape shape{60, 2, true, false};
  std::vector<double> truth;
  for (int i = 0; i < 60; ++i) {
    truth.push_back(200.0 * i / 60);
    truth.push_back(200 - 200.0 * i / 60);
  }
  const std::vector<double> noisy = WithNoise(truth, 900, 5);
  const std::vector<double> estimate =
      ShrinkToExpected(shape, noisy, 900, std::vector<double>(120, 100));
  EXPECT_LT(Error(estimate, truth), 0.5 * Error(noisy, truth));
}

TEST(ShrinkToExpectedTest, ExactCountsStayAsTheyAre) {
  const std::vector<double> counts{1, 2, 3, 4};
  EXPECT_EQ(ShrinkToExpected({2, 2, true, true}, counts, 0, {9, 9, 9, 9}), counts);
  EXPECT_DOUBLE_EQ(Sum(counts), 10);
}

}  // namespace
}  // namespace blindlink::agent
