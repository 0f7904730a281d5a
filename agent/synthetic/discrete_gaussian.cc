#include "agent/synthetic/discrete_gaussian.h"

#include <cmath>

namespace blindlink::agent {
namespace {

// For x <= 1.
bool BernoulliExpAtMostOne(Fraction x, RandomSource& random) {
  uint64_t k = 1;
  while (random.BelowWide(x.denominator * k) < x.numerator) ++k;
  return k % 2 == 1;
}

}  // namespace

bool BernoulliExp(Fraction x, RandomSource& random) {
  while (x.numerator > x.denominator) {
    if (!BernoulliExpAtMostOne({1, 1}, random)) return false;
    x.numerator -= x.denominator;
  }
  return BernoulliExpAtMostOne(x, random);
}

int64_t DiscreteLaplace(uint64_t scale, RandomSource& random) {
  for (;;) {
    const uint64_t rest = random.Below(scale);
    if (!BernoulliExp({rest, scale}, random)) continue;
    uint64_t whole = 0;
    while (BernoulliExp({1, 1}, random)) ++whole;
    const auto size = static_cast<int64_t>(rest + scale * whole);
    const bool negative = random.Below(2) == 1;
    if (negative && size == 0) continue;
    return negative ? -size : size;
  }
}

int64_t DiscreteGaussian(uint64_t variance, RandomSource& random) {
  using Wide = RandomSource::Wide;
  const auto scale = static_cast<uint64_t>(std::sqrt(static_cast<double>(variance))) + 1;
  for (;;) {
    const int64_t candidate = DiscreteLaplace(scale, random);
    // (|candidate| - variance / scale)^2 / (2 variance), as a fraction.
    const Wide reached = static_cast<Wide>(std::abs(candidate)) * scale;
    const Wide distance = reached > variance ? reached - variance : variance - reached;
    const Wide denominator = static_cast<Wide>(variance) * 2 * scale * scale;
    if (BernoulliExp({distance * distance, denominator}, random)) return candidate;
  }
}

}  // namespace blindlink::agent
