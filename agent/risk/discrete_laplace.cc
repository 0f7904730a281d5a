#include "agent/risk/discrete_laplace.h"

#include <cstring>

#include "common/crypto/random.h"

namespace blindlink::agent {
namespace {

// For 0 <= num/den <= 1 (algorithm 1, first case).
bool BernoulliExpOfFraction(uint64_t num, uint64_t den, const RandomBits& random) {
  uint64_t k = 1;
  // A is Bernoulli(num / (den k)); den k stays small, since the loop ends soon.
  while (UniformBelow(den * k, random) < num) ++k;
  return k % 2 == 1;
}

}  // namespace

uint64_t UniformBelow(uint64_t below, const RandomBits& random) {
  const uint64_t rest = (~uint64_t{0} % below + 1) % below;  // 2^64 mod below
  while (true) {
    const uint64_t bits = random();
    if (bits <= ~uint64_t{0} - rest) return bits % below;
  }
}

bool BernoulliExp(uint64_t num, uint64_t den, const RandomBits& random) {
  while (num > den) {
    if (!BernoulliExpOfFraction(1, 1, random)) return false;
    num -= den;
  }
  return BernoulliExpOfFraction(num, den, random);
}

int64_t SampleDiscreteLaplace(Fraction epsilon, const RandomBits& random) {
  const uint64_t s = epsilon.num;  // scale t/s = 1/epsilon
  const uint64_t t = epsilon.den;
  while (true) {
    const uint64_t u = UniformBelow(t, random);
    if (!BernoulliExp(u, t, random)) continue;
    uint64_t v = 0;
    while (BernoulliExp(1, 1, random)) ++v;
    const uint64_t y = (u + t * v) / s;
    const bool negative = UniformBelow(2, random) == 1;
    if (negative && y == 0) continue;
    return negative ? -static_cast<int64_t>(y) : static_cast<int64_t>(y);
  }
}

RandomBits SecureRandomBits() {
  return [] {
    const SecretBytes bytes = RandomBytes(sizeof(uint64_t));
    uint64_t bits = 0;
    std::memcpy(&bits, bytes.Reveal().data(), sizeof(bits));
    return bits;
  };
}

}  // namespace blindlink::agent
