#pragma once

#include <cstdint>

namespace blindlink {

// The bits of `from` under `mask`, moved together at the low end in their order; and back. What the
// instructions PEXT and PDEP do (Intel SDM volume 2), with which it is done where there are any.
uint64_t GatherBits(uint64_t from, uint64_t mask);
uint64_t ScatterBits(uint64_t bits, uint64_t mask);

// The way without the instructions, for tests on machines that have them.
uint64_t GatherOneByOne(uint64_t from, uint64_t mask);
uint64_t ScatterOneByOne(uint64_t bits, uint64_t mask);

}  // namespace blindlink
