#include "agent/risk/discrete_laplace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>
#include <vector>

#include "agent/risk/privacy_budget.h"
#include "common/base/files.h"
#include "common/base/mix.h"
#include "tests/unit/agent/risk/risk_samples.h"

namespace blindlink::agent {
namespace {

RandomBits Stream(uint64_t seed) {
  return [state = seed]() mutable { return Mix64(state += 0x9e3779b97f4a7c15); };
}

TEST(DiscreteLaplaceTest, ThePublishedDistributionIsMet) {
  // P(x) = (e^eps - 1) / (e^eps + 1) * e^(-eps |x|).
  for (const Fraction epsilon : {Fraction{1, 1}, Fraction{1, 2}, Fraction{3, 10}}) {
    const double eps = static_cast<double>(epsilon.num) / static_cast<double>(epsilon.den);
    constexpr int kSamples = 200'000;
    std::map<int64_t, int> counts;
    const RandomBits random = Stream(1);
    for (int i = 0; i < kSamples; ++i) ++counts[SampleDiscreteLaplace(epsilon, random)];
    double chi = 0;
    for (int x = -5; x <= 5; ++x) {
      const double expected =
          kSamples * std::tanh(eps / 2) * std::exp(-eps * std::abs(static_cast<double>(x)));
      chi += (counts[x] - expected) * (counts[x] - expected) / expected;
    }
    EXPECT_LT(chi, 31.3) << eps;  // 11 degrees of freedom, one in a thousand
  }
}

TEST(DiscreteLaplaceTest, AnExponentialCoinFallsAsOftenAsItShould) {
  const RandomBits random = Stream(2);
  int heads = 0;
  for (int i = 0; i < 100'000; ++i) heads += BernoulliExp(5, 2, random) ? 1 : 0;
  EXPECT_NEAR(heads / 100'000.0, std::exp(-2.5), 0.003);
}

TEST(DiscreteLaplaceTest, UniformNumbersHaveNoBias) {
  const RandomBits random = Stream(3);
  int counts[3] = {};
  for (int i = 0; i < 90'000; ++i) ++counts[UniformBelow(3, random)];
  for (const int count : counts) EXPECT_NEAR(count, 30'000, 600);
}

TEST(PrivacyBudgetTest, EpsilonIsReadExactly) {
  EXPECT_EQ(ParseEpsilon("0.25")->num, 25);
  EXPECT_EQ(ParseEpsilon("0.25")->den, 100);
  for (const char* wrong : {"", "0", "-1", "1e3", ".5", "0.1234567", "1000", "a"}) {
    EXPECT_FALSE(ParseEpsilon(wrong).ok()) << wrong;
  }
}

TEST(PrivacyBudgetTest, WhatIsSpentIsRecordedAndNoMoreThanTheLimit) {
  const std::string file = WriteSample("budget", "");
  std::remove(file.c_str());
  EXPECT_FALSE(SpendBudget(file, "", "0.5", "x").ok());
  EXPECT_TRUE(SpendBudget(file, "1", "0.5", "counts of sex").ok());
  EXPECT_TRUE(SpendBudget(file, "", "0.5", "counts of age").ok());
  const absl::Status more = SpendBudget(file, "", "0.1", "counts of zip");
  EXPECT_EQ(more.code(), absl::StatusCode::kFailedPrecondition);
}

TEST(PrivacyBudgetTest, RunsAtOnceSpendNoMoreThanTheLimitTogether) {
  const std::string file = WriteSample("shared-budget", "1\tlimit of all releases\n");
  std::atomic<int> released = 0;
  std::vector<std::thread> runs;
  runs.reserve(16);
  for (int i = 0; i < 16; ++i) {
    runs.emplace_back([&] { released += SpendBudget(file, "", "0.25", "counts").ok() ? 1 : 0; });
  }
  for (std::thread& run : runs) run.join();
  EXPECT_EQ(released, 4);
  EXPECT_EQ(*ReadFile(file),
            "1\tlimit of all releases\n0.25\tcounts\n0.25\tcounts\n"
            "0.25\tcounts\n0.25\tcounts\n");
}

}  // namespace
}  // namespace blindlink::agent
