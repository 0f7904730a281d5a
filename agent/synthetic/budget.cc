#include "agent/synthetic/budget.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/base/die.h"

namespace blindlink::agent {
namespace {

// Logarithm of the bound on delta for one alpha > 1.
double LogDelta(double rho, double epsilon, double alpha) {
  return (alpha - 1) * (alpha * rho - epsilon) + alpha * std::log1p(-1 / alpha) -
         std::log(alpha - 1);
}

}  // namespace

double DeltaOf(double rho, double epsilon) {
  // The bound is convex in alpha around its only minimum: golden-section search over log(alpha-1).
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(1e-6), high = std::log(1e9);
  const auto at = [&](double x) { return LogDelta(rho, epsilon, 1 + std::exp(x)); };
  for (int i = 0; i < 200; ++i) {
    const double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
    if (at(left) < at(right)) {
      high = right;
    } else {
      low = left;
    }
  }
  // Any alpha gives a valid bound, so an inexact minimum errs on the safe side.
  return std::min(1.0, std::exp(at((low + high) / 2)));
}

double RhoOf(double epsilon, double delta) {
  double low = 0, high = epsilon + 1;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (DeltaOf(middle, epsilon) <= delta ? low : high) = middle;
  }
  return low;
}

double Budget::spent() const {
  double sum = 0;
  for (const Step& step : steps_) sum += step.rho;
  return sum;
}

void Budget::Spend(Step step) {
  constexpr double kRounding = 1e-9;
  if (spent() + step.rho > rho_ * (1 + kRounding)) Die("the privacy budget was overspent");
  steps_.push_back(std::move(step));
}

}  // namespace blindlink::agent
