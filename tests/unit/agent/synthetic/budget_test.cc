#include "agent/synthetic/budget.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blindlink::agent {
namespace {

// The simpler bound of Bun and Steinke 2016: rho + 2 sqrt(rho log(1/delta)) = epsilon.
double SimpleRho(double epsilon, double delta) {
  const double log = std::log(1 / delta);
  return std::pow(std::sqrt(log + epsilon) - std::sqrt(log), 2);
}

TEST(RhoTest, IsBetterThanTheSimpleBoundAndHasTheDeltaAskedFor) {
  for (const double epsilon : {0.1, 0.5, 1.0, 3.0, 10.0}) {
    for (const double delta : {1e-12, 1e-9, 1e-6}) {
      const double rho = RhoOf(epsilon, delta);
      EXPECT_GT(rho, SimpleRho(epsilon, delta));
      EXPECT_LE(DeltaOf(rho, epsilon), delta);
      EXPECT_GT(DeltaOf(rho * 1.001, epsilon), delta);
    }
  }
}

TEST(RhoTest, IsNeverMoreThanTheGaussianMechanismAllows) {
  // Exact delta of the Gaussian mechanism (Balle and Wang 2018): no bound can be below it.
  const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  for (const double epsilon : {0.5, 1.0, 3.0}) {
    const double rho = RhoOf(epsilon, 1e-6), mu = std::sqrt(2 * rho);
    const double exact =
        phi(mu / 2 - epsilon / mu) - std::exp(epsilon) * phi(-mu / 2 - epsilon / mu);
    EXPECT_LE(exact, 1e-6);
    EXPECT_GT(exact, 1e-7) << "the bound would be needlessly careful";
  }
}

TEST(BudgetTest, CountsWhatIsSpent) {
  Budget budget(1);
  budget.Spend({"a", 3, 0.25, 9});
  budget.Spend({"b", 1, 0.5, 0});
  EXPECT_DOUBLE_EQ(budget.spent(), 0.75);
  EXPECT_EQ(budget.steps().size(), 2u);
}

TEST(BudgetDeathTest, SpendingMoreThanThereIsEndsTheProgram) {
  Budget budget(1);
  budget.Spend({"a", 1, 0.9, 1});
  EXPECT_DEATH(budget.Spend({"b", 1, 0.2, 1}), "overspent");
}

}  // namespace
}  // namespace blindlink::agent
