#pragma once

#include <cstdint>
#include <memory>

namespace blindlink::agent {

// Random numbers for a synthesis. Not thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  // 64 uniform bits.
  virtual uint64_t Next() = 0;

  // 0 .. size - 1, without bias; `size` at least 1.
  uint64_t Below(uint64_t size);
  // 0 <= x < 1, 53 bits.
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  // 0 .. size - 1 for numbers beyond 64 bits.
  __extension__ typedef unsigned __int128 Wide;
  Wide BelowWide(Wide size);
};

// From the system's cryptographic generator: noise that hides persons must come from here.
std::unique_ptr<RandomSource> SystemRandom();
// The same numbers for the same seed (SplitMix64): for tests, and for syntheses without noise.
std::unique_ptr<RandomSource> SeededRandom(uint64_t seed);

}  // namespace blindlink::agent
