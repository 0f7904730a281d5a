#pragma once

#include <cstdint>

#include "agent/synthetic/random_source.h"

namespace blindlink::agent {

// Exact samplers in integer arithmetic (Canonne, Kamath, Steinke: The Discrete Gaussian for
// Differential Privacy, 2020, algorithms 1 to 3): no rounding of floating-point numbers tells
// anything of the true count.

// A non-negative fraction; `denominator` is at least 1.
struct Fraction {
  RandomSource::Wide numerator = 0;
  RandomSource::Wide denominator = 1;
};

// True with probability exp(-x).
bool BernoulliExp(Fraction x, RandomSource& random);

// An integer with probability proportional to exp(-|x| / scale); `scale` at least 1.
int64_t DiscreteLaplace(uint64_t scale, RandomSource& random);

// An integer with probability proportional to exp(-x^2 / (2 variance)); `variance` from 1 to 2^40.
int64_t DiscreteGaussian(uint64_t variance, RandomSource& random);

}  // namespace blindlink::agent
