#include "agent/synthetic/noisy_counter.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blindlink::agent {
namespace {

CodedTable SmallTable() { return {{3, 2}, {{0, 1, 1, 2}, {0, 0, 1, 1}}}; }

TEST(NoisyCounterTest, CountsAreExactAndFreeWithoutABudget) {
  const CodedTable table = SmallTable();
  const auto random = SeededRandom(1);
  Budget budget(0);
  NoisyCounter counter("t", table, 1, budget, *random);
  EXPECT_EQ(counter.Columns("c", 0)[0].counts, (std::vector<double>{1, 2, 1}));
  EXPECT_EQ(counter.Pairs("p", {{0, 1}}, 0)[0].counts, (std::vector<double>{1, 0, 1, 1, 0, 1}));
  EXPECT_EQ(counter.Choose({3, 9, 4}, 0), 1u);
  EXPECT_TRUE(budget.steps().empty());
}

TEST(NoisyCounterTest, PaysForItsNoiseAndNoMoreThanAsked) {
  const CodedTable table = SmallTable();
  const auto random = SeededRandom(2);
  Budget budget(0.1);
  NoisyCounter counter("t", table, 3, budget, *random);
  const std::vector<NoisyCounts> columns = counter.Columns("c", 0.04);
  ASSERT_EQ(budget.steps().size(), 1u);
  EXPECT_EQ(budget.steps()[0].what, "t: c");
  // Three rows a person: nine times the variance of one. Two columns.
  EXPECT_EQ(columns[0].variance, std::ceil(9 * 2 / (2 * 0.04)));
  EXPECT_DOUBLE_EQ(budget.spent(), 9 * 2 / (2 * columns[0].variance));
  EXPECT_LE(budget.spent(), 0.04);
}

TEST(NoisyCounterTest, ChoicesFollowTheExponentialMechanism) {
  const CodedTable table = SmallTable();
  const auto random = SeededRandom(3);
  Budget budget(1);
  NoisyCounter counter("t", table, 2, budget, *random);
  const double rho = 0.02, epsilon = std::sqrt(8 * rho);
  constexpr int64_t kUnits = NoisyCounter::kScoreUnits;
  int counts[2] = {};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++counts[counter.Choose({10 * kUnits, 4 * kUnits}, rho)];
  const double odds = std::exp(epsilon * 6 / (2 * 2));
  EXPECT_NEAR(counts[0] / double{kDraws}, odds / (1 + odds), 0.006);
}

}  // namespace
}  // namespace blindlink::agent
