#include "resolver/index/clickhouse/row_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

// What a server (18.16) says: SELECT intHash64(5).
TEST(RowHash, NumbersAreHashedAsAServerDoes) { EXPECT_EQ(IntHash64(5), 15228578409069794350U); }

// SELECT of kRowHash with hi = 7, lo = 65535, match_key = 255, record = 4294967295, form = 3,
// width = 8 and evidence = toFixedString('abcdefgh', 33).
TEST(RowHash, ARowIsHashedAsAServerDoes) {
  std::string evidence = "abcdefgh";
  evidence.resize(33);
  EXPECT_EQ(RowHash(7, 65535, 255, 4294967295, 3, 8, evidence), 307591454384379457U);
}

TEST(RowHash, EveryColumnCounts) {
  const uint64_t hash = RowHash(1, 2, 3, 4, 5, 6, "evidence");
  EXPECT_NE(hash, RowHash(0, 2, 3, 4, 5, 6, "evidence"));
  EXPECT_NE(hash, RowHash(1, 0, 3, 4, 5, 6, "evidence"));
  EXPECT_NE(hash, RowHash(1, 2, 0, 4, 5, 6, "evidence"));
  EXPECT_NE(hash, RowHash(1, 2, 3, 0, 5, 6, "evidence"));
  EXPECT_NE(hash, RowHash(1, 2, 3, 4, 0, 6, "evidence"));
  EXPECT_NE(hash, RowHash(1, 2, 3, 4, 5, 0, "evidence"));
  EXPECT_NE(hash, RowHash(1, 2, 3, 4, 5, 6, "evidencf"));
}

}  // namespace
}  // namespace blindlink::resolver
