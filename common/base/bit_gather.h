#pragma once

#include <cstdint>

namespace blindlink {

// GatherBits moves the bits of `from` under `mask` to the low end, in order; ScatterBits moves them
// back. They use the instructions PEXT and PDEP (Intel SDM volume 2) where the processor has them.
uint64_t GatherBits(uint64_t from, uint64_t mask);
uint64_t ScatterBits(uint64_t bits, uint64_t mask);

// The same without those instructions, for tests on machines that have them.
uint64_t GatherOneByOne(uint64_t from, uint64_t mask);
uint64_t ScatterOneByOne(uint64_t bits, uint64_t mask);

}  // namespace blindlink
