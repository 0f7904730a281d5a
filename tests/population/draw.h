#pragma once

#include <cstdint>
#include <iterator>

namespace blindlink::population {

// Spreads a number over all 64 bits (the finalizer of SplitMix64: Steele, Lea, Flood 2014).
constexpr uint64_t Mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

__extension__ typedef unsigned __int128 Wide;

// The purpose of a Draw. Two purposes with the same number give unrelated draws. The values are
// part of what a seed means and never change.
enum class Purpose : uint64_t {
  kHouseholds = 1,
  kMembers = 2,
  kHome = 3,
  kStreet = 4,
  kTowns = 5,
  kSsn = 6,
  kMembership = 7,
  kRegistryOrder = 8,
  kClaimsOrder = 9,
  kRegistryRecord = 10,
  kClaimsRecord = 11,
  kExtraRecord = 12,
  kContact = 13,
};

// A short sequence of random numbers that is a pure function of (seed, purpose, number), so that
// any person or record can be made at any time, in any order, without stored state.
class Draw {
 public:
  Draw(uint64_t seed, Purpose purpose, uint64_t number)
      : state_(Mix(Mix(seed + static_cast<uint64_t>(purpose) * 0x9e3779b97f4a7c15) ^
                   (number * 0xd1342543de82ef95 + 1))) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }
  // 0 .. size - 1; `size` at least 1.
  uint64_t Below(uint64_t size) {
    return static_cast<uint64_t>((static_cast<Wide>(Next()) * size) >> 64);
  }
  // `from` .. `to`, both included.
  int Between(int from, int to) { return from + static_cast<int>(Below(to - from + 1)); }
  bool Chance(double share) { return static_cast<double>(Next() >> 11) * 0x1p-53 < share; }
  template <typename List>
  const auto& OneOf(const List& list) {
    return *(std::begin(list) + Below(std::size(list)));
  }

 private:
  uint64_t state_;
};

}  // namespace blindlink::population
