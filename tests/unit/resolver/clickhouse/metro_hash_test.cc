#include "resolver/index/clickhouse/metro_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

// What a server (18.16) says to SELECT metroHash64(...) of the first bytes of this text: every kind
// of remainder, and more than one block.
TEST(MetroHash, ATextIsHashedAsAServerDoes) {
  const std::string text = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-";
  EXPECT_EQ(MetroHash64(text.substr(0, 1)), 6759146875928959315U);
  EXPECT_EQ(MetroHash64(text.substr(0, 3)), 983152225323542437U);
  EXPECT_EQ(MetroHash64(text.substr(0, 7)), 7751156642027746054U);
  EXPECT_EQ(MetroHash64(text.substr(0, 15)), 11459285087332038889U);
  EXPECT_EQ(MetroHash64(text.substr(0, 31)), 11742059200915382435U);
  EXPECT_EQ(MetroHash64(text.substr(0, 33)), 18162128604705361485U);
  EXPECT_EQ(MetroHash64(text.substr(0, 63)), 10891316891689003653U);
  EXPECT_EQ(MetroHash64(text.substr(0, 64)), 11093386882695213476U);
}

TEST(MetroHash, EveryByteCounts) {
  const std::string text(64, 'x');
  for (size_t size = 1; size <= text.size(); ++size) {
    const uint64_t hash = MetroHash64(text.substr(0, size));
    for (size_t at = 0; at < size; ++at) {
      std::string other = text.substr(0, size);
      other[at] = 'y';
      EXPECT_NE(MetroHash64(other), hash) << size << " bytes, at " << at;
    }
  }
}

}  // namespace
}  // namespace blindlink::resolver
