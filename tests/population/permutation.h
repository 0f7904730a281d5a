#pragma once

#include <cstdint>

#include "tests/population/draw.h"

namespace blindlink::population {

// A seeded shuffle of 0 .. size - 1 that is computed, not stored: a Feistel network of four rounds
// over the next power of four, walked until it lands inside (Black, Rogaway 2002).
class Permutation {
 public:
  Permutation(uint64_t seed, Purpose purpose, uint64_t size);

  uint64_t size() const { return size_; }
  // The position of `index` after the shuffle; index < size().
  uint64_t At(uint64_t index) const;
  // The inverse of At.
  uint64_t IndexOf(uint64_t value) const;

 private:
  uint64_t Round(int round, uint64_t half) const;
  uint64_t Forward(uint64_t value) const;
  uint64_t Backward(uint64_t value) const;

  static constexpr int kRounds = 4;
  const uint64_t size_;
  int half_bits_ = 1;
  uint64_t mask_ = 1;
  uint64_t keys_[kRounds];
};

}  // namespace blindlink::population
