#include "common/base/bit_gather.h"

#include <gtest/gtest.h>

#include <random>

namespace blindlink {
namespace {

TEST(BitGather, BitsUnderTheMaskAreMovedTogetherInTheirOrder) {
  for (const auto gather : {GatherBits, GatherOneByOne}) {
    EXPECT_EQ(gather(0xABCD, 0xF0F0), 0xACu);
    EXPECT_EQ(gather(~uint64_t{0}, uint64_t{1} << 63 | 1), 3u);
    EXPECT_EQ(gather(~uint64_t{0}, 0), 0u);
    EXPECT_EQ(gather(~uint64_t{0}, ~uint64_t{0}), ~uint64_t{0});
  }
}

TEST(BitGather, ScatteringUndoesIt) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t value = random();
    const uint64_t mask = random() & random();
    EXPECT_EQ(ScatterBits(GatherBits(value, mask), mask), value & mask);
    // Bit by bit, by the definition.
    uint64_t expected = 0;
    unsigned at = 0;
    for (unsigned bit = 0; bit < 64; ++bit) {
      if (mask >> bit & 1) expected |= (value >> bit & 1) << at++;
    }
    EXPECT_EQ(GatherBits(value, mask), expected);
    EXPECT_EQ(GatherOneByOne(value, mask), expected);
    EXPECT_EQ(ScatterOneByOne(expected, mask), value & mask);
  }
}

}  // namespace
}  // namespace blindlink
