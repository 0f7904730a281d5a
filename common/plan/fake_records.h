#pragma once

#include <cstdint>

namespace blindlink {

// How many fake records stand beside a dataset's `real` records under a plan with
// `fakes_per_1000`: the same number at every site, so that the resolver can leave them out of
// counts without knowing which they are. Both functions need real < 2^32 and fakes_per_1000 <=
// 1000.
inline uint64_t FakesBeside(uint64_t real, uint32_t fakes_per_1000) {
  return real * fakes_per_1000 / 1000;
}

// The inverse: how many of a dataset's `all` records are real.
inline uint64_t RealAmong(uint64_t all, uint32_t fakes_per_1000) {
  uint64_t real = all * 1000 / (1000 + fakes_per_1000);
  while (real + 1 + FakesBeside(real + 1, fakes_per_1000) <= all) ++real;
  return real;
}

}  // namespace blindlink
