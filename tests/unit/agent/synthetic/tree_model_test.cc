#include "agent/synthetic/tree_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "agent/synthetic/row_fit.h"

namespace blindlink::agent {
namespace {

// Three columns of two values; the second follows the first, the third the second.
TreeModel Chain() {
  return TreeModel({{60, 40}, {50, 50}, {70, 30}},
                   {{{0, 1}, {45, 15, 5, 35}}, {{1, 2}, {40, 10, 30, 20}}}, 100);
}

TEST(SplitRowsTest, GivesEachItsShareRoundedDownOrUpAndAllRowsTogether) {
  const auto random = SeededRandom(1);
  const std::vector<double> weights{1, 2.5, 0, 6.5};
  for (int i = 0; i < 100; ++i) {
    const std::vector<uint64_t> counts = SplitRows(weights, 7, *random);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), uint64_t{0}), 7u);
    for (size_t v = 0; v < weights.size(); ++v) {
      EXPECT_LT(std::abs(static_cast<double>(counts[v]) - weights[v] * 0.7), 1);
    }
    EXPECT_EQ(counts[2], 0u);
  }
}

TEST(TreeModelTest, RowsHaveTheCountsOfColumnsAndEdges) {
  const auto random = SeededRandom(2);
  const CodedTable table = Chain().Draw({2, 2, 2}, 100'000, *random);
  EXPECT_EQ(CountColumn(table, 0), (std::vector<double>{60'000, 40'000}));
  EXPECT_EQ(CountColumn(table, 2), (std::vector<double>{70'000, 30'000}));
  const std::vector<double> pair = CountPair(table, {1, 2});
  EXPECT_NEAR(pair[0], 40'000, 3);
  EXPECT_NEAR(pair[3], 20'000, 3);
}

TEST(TreeModelTest, WhatItExpectsOfDistantColumnsIsWhatItDraws) {
  const TreeModel model = Chain();
  const std::vector<double> expected = model.ExpectedWith(0, 1000)[2];
  // P(2nd | 1st) times P(3rd | 2nd), by hand.
  EXPECT_NEAR(expected[0], 45 * 0.8 + 15 * 0.6, 1e-9);
  EXPECT_NEAR(expected[2], 5 * 0.8 + 35 * 0.6, 1e-9);
  const auto random = SeededRandom(3);
  const std::vector<double> drawn = CountPair(model.Draw({2, 2, 2}, 100'000, *random), {0, 2});
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(drawn[i], 1000 * expected[i], 1000);
}

TEST(TreeModelTest, ColumnsOfDifferentTreesAreIndependent) {
  const TreeModel model({{60, 40}, {50, 50}}, {}, 100);
  EXPECT_EQ(model.ExpectedWith(0, 1000)[1], (std::vector<double>{30, 30, 20, 20}));
}

TEST(FitRowsTest, RowsMoveToAPairThatTheTreeCannotHoldAndColumnsStay) {
  const auto random = SeededRandom(4);
  CodedTable table = Chain().Draw({2, 2, 2}, 10'000, *random);
  const std::vector<PairEstimate> estimates{
      {{0, 1}, {45, 15, 5, 35}}, {{1, 2}, {40, 10, 30, 20}}, {{0, 2}, {55, 5, 15, 25}}};
  const std::vector<double> before = CountColumn(table, 0);
  FitRows(estimates, &table, *random);
  EXPECT_EQ(CountColumn(table, 0), before);
  for (const PairEstimate& estimate : estimates) {
    const std::vector<double> counts = CountPair(table, estimate.pair);
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(counts[i], 100 * estimate.counts[i], 30);
  }
}

}  // namespace
}  // namespace blindlink::agent
