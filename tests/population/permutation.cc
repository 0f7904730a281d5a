#include "tests/population/permutation.h"

namespace blindlink::population {

Permutation::Permutation(uint64_t seed, Purpose purpose, uint64_t size) : size_(size) {
  while (half_bits_ < 32 && (uint64_t{1} << (2 * half_bits_)) < size) ++half_bits_;
  mask_ = (uint64_t{1} << half_bits_) - 1;
  Draw draw(seed, purpose, size);
  for (uint64_t& key : keys_) key = draw.Next();
}

uint64_t Permutation::Round(int round, uint64_t half) const {
  return Mix(half ^ keys_[round]) & mask_;
}

uint64_t Permutation::Forward(uint64_t value) const {
  uint64_t left = value >> half_bits_, right = value & mask_;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t next = left ^ Round(round, right);
    left = right;
    right = next;
  }
  return (left << half_bits_) | right;
}

uint64_t Permutation::Backward(uint64_t value) const {
  uint64_t left = value >> half_bits_, right = value & mask_;
  for (int round = kRounds - 1; round >= 0; --round) {
    const uint64_t previous = right ^ Round(round, left);
    right = left;
    left = previous;
  }
  return (left << half_bits_) | right;
}

uint64_t Permutation::At(uint64_t index) const {
  do index = Forward(index);
  while (index >= size_);
  return index;
}

uint64_t Permutation::IndexOf(uint64_t value) const {
  do value = Backward(value);
  while (value >= size_);
  return value;
}

}  // namespace blindlink::population
