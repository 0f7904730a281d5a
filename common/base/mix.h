#pragma once

#include <cstdint>

namespace blindlink {

// Spreads a number over all 64 bits by a bijection, SplitMix64's finalizer (Steele, Lea and Flood
// 2014). Not for secrets.
inline uint64_t Mix64(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace blindlink
