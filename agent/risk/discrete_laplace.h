#pragma once

#include <cstdint>
#include <functional>

namespace blindlink::agent {

// A positive fraction; num and den at most 2^31.
struct Fraction {
  uint64_t num = 1;
  uint64_t den = 1;
};

// 64 uniformly random bits per call.
using RandomBits = std::function<uint64_t()>;

// Uniform in [0, below), without bias; below > 0.
uint64_t UniformBelow(uint64_t below, const RandomBits& random);

// True with the probability exp(-num/den), exactly: only integers are calculated with.
bool BernoulliExp(uint64_t num, uint64_t den, const RandomBits& random);

// A sample x of the discrete Laplace distribution, P(x) proportional to exp(-epsilon |x|): a count
// that changes by at most 1 with a person is epsilon-differentially private with it. Exact, after
// Canonne, Kamath and Steinke (2020), algorithm 2. Thread-safe if `random` is.
int64_t SampleDiscreteLaplace(Fraction epsilon, const RandomBits& random);

// Bits of the system's cryptographic generator.
RandomBits SecureRandomBits();

}  // namespace blindlink::agent
