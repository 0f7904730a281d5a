#include "resolver/index/rocksdb/bit_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "common/base/hex.h"

namespace blindlink::resolver {
namespace {

TEST(BitStream, TheHighestBitComesFirst) {
  BitWriter out;
  out.Write(1, 1);
  out.Write(0x2a, 7);
  out.WriteUnary(3);
  out.Write(0xf, 2);  // only its lowest two bits
  EXPECT_EQ(HexEncode(out.Finish()), "aa1c");
}

TEST(BitStream, NumbersOfEveryWidthComeBack) {
  std::mt19937_64 random(3);
  std::vector<std::pair<uint64_t, unsigned>> written;
  BitWriter out;
  for (int i = 0; i < 20000; ++i) {
    const auto bits = static_cast<unsigned>(i % 65);
    const uint64_t value = bits == 0 ? 0 : random() >> (64 - bits);
    written.emplace_back(value, bits);
    out.Write(value, bits);
    out.WriteUnary(static_cast<uint64_t>(i % 7 == 0 ? i % 300 : i % 3));
  }
  const std::string bytes = out.Finish();
  BitReader in(bytes);
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(in.Read(written[static_cast<size_t>(i)].second),
              written[static_cast<size_t>(i)].first);
    ASSERT_EQ(in.ReadUnary(), static_cast<uint64_t>(i % 7 == 0 ? i % 300 : i % 3));
  }
  EXPECT_FALSE(in.ended_early());
}

TEST(BitStream, PastTheEndThereIsNothingAndItSaysSo) {
  BitReader in("\x01");
  EXPECT_EQ(in.Read(8), 1u);
  EXPECT_FALSE(in.ended_early());
  EXPECT_EQ(in.Read(3), 0u);
  EXPECT_TRUE(in.ended_early());
  BitReader zeros(absl::string_view("\0\0", 2));
  EXPECT_EQ(zeros.ReadUnary(), 16u);
  EXPECT_TRUE(zeros.ended_early());
}

}  // namespace
}  // namespace blindlink::resolver
