#include "common/base/bit_gather.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace blindlink {

uint64_t GatherOneByOne(uint64_t from, uint64_t mask) {
  uint64_t bits = 0;
  for (uint64_t at = 1; mask != 0; mask &= mask - 1, at <<= 1) {
    if (from & mask & -mask) bits |= at;
  }
  return bits;
}

uint64_t ScatterOneByOne(uint64_t bits, uint64_t mask) {
  uint64_t to = 0;
  for (; mask != 0; mask &= mask - 1, bits >>= 1) {
    if (bits & 1) to |= mask & -mask;
  }
  return to;
}

namespace {

#if defined(__x86_64__)
const bool kHasInstructions = __builtin_cpu_supports("bmi2");

__attribute__((target("bmi2"))) uint64_t GatherAtOnce(uint64_t from, uint64_t mask) {
  return _pext_u64(from, mask);
}
__attribute__((target("bmi2"))) uint64_t ScatterAtOnce(uint64_t bits, uint64_t mask) {
  return _pdep_u64(bits, mask);
}
#else
constexpr bool kHasInstructions = false;
constexpr auto* GatherAtOnce = GatherOneByOne;
constexpr auto* ScatterAtOnce = ScatterOneByOne;
#endif

}  // namespace

uint64_t GatherBits(uint64_t from, uint64_t mask) {
  return kHasInstructions ? GatherAtOnce(from, mask) : GatherOneByOne(from, mask);
}

uint64_t ScatterBits(uint64_t bits, uint64_t mask) {
  return kHasInstructions ? ScatterAtOnce(bits, mask) : ScatterOneByOne(bits, mask);
}

}  // namespace blindlink
