#include "agent/synthetic/discrete_gaussian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace blindlink::agent {
namespace {

constexpr int kDraws = 200'000;

// Pearson's chi-square of draws against exact probabilities, over values with 20 draws expected.
template <typename Draw, typename Weight>
void ExpectDistribution(Draw draw, Weight weight) {
  std::map<int64_t, int> counts;
  for (int i = 0; i < kDraws; ++i) ++counts[draw()];
  double sum = 0;
  for (int64_t x = -2000; x <= 2000; ++x) sum += weight(x);
  double chi_square = 0;
  int values = 0;
  for (int64_t x = -2000; x <= 2000; ++x) {
    const double expected = kDraws * weight(x) / sum;
    if (expected < 20) continue;
    chi_square += (counts[x] - expected) * (counts[x] - expected) / expected;
    ++values;
  }
  // Six standard deviations above the mean of the chi-square distribution.
  EXPECT_LT(chi_square, values + 6 * std::sqrt(2.0 * values));
  EXPECT_GT(values, 3);
}

TEST(DiscreteGaussianTest, HasItsDistributionForSmallAndLargeVariances) {
  const auto random = SeededRandom(5);
  for (const uint64_t variance : {1, 3, 50, 668}) {
    ExpectDistribution(
        [&] { return DiscreteGaussian(variance, *random); },
        [&](double x) { return std::exp(-x * x / (2 * static_cast<double>(variance))); });
  }
}

TEST(DiscreteGaussianTest, ItsVarianceIsTheOneAskedForWhereItIsLarge) {
  const auto random = SeededRandom(6);
  const double variance = 1e10;
  double squares = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto x = static_cast<double>(DiscreteGaussian(10'000'000'000, *random));
    squares += x * x / 20'000;
  }
  EXPECT_NEAR(squares / variance, 1, 0.05);
}

TEST(DiscreteLaplaceTest, HasItsDistribution) {
  const auto random = SeededRandom(7);
  for (const uint64_t scale : {1, 7}) {
    ExpectDistribution(
        [&] { return DiscreteLaplace(scale, *random); },
        [&](double x) { return std::exp(-std::abs(x) / static_cast<double>(scale)); });
  }
}

TEST(BernoulliExpTest, IsTrueAsOftenAsTheExponentialSays) {
  const auto random = SeededRandom(8);
  for (const Fraction x : {Fraction{0, 1}, Fraction{1, 3}, Fraction{1, 1}, Fraction{5, 2}}) {
    int hits = 0;
    for (int i = 0; i < kDraws; ++i) hits += BernoulliExp(x, *random) ? 1 : 0;
    const double p =
        std::exp(-static_cast<double>(x.numerator) / static_cast<double>(x.denominator));
    EXPECT_NEAR(hits / double{kDraws}, p, 5 * std::sqrt(p * (1 - p) / kDraws) + 1e-9);
  }
}

TEST(RandomSourceTest, NumbersBelowASizeAreEquallyFrequentAlsoBeyond64Bits) {
  const auto random = SeededRandom(9);
  const RandomSource::Wide third = ~RandomSource::Wide{0} / 3;
  int counts[3] = {};
  for (int i = 0; i < 30'000; ++i) ++counts[static_cast<int>(random->BelowWide(third * 3) / third)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

}  // namespace
}  // namespace blindlink::agent
