#include "common/pairs/pair_scope.h"

#include <gtest/gtest.h>

namespace blindlink {
namespace {

TEST(CountPairsWithinGroups, AreCountedBySitesWithinEachGroup) {
  // Group 7: two records at site 0, three at site 1. Group 9: one at each. Group 4: one only.
  const std::vector<GroupMember> members = {{7, 0}, {9, 1}, {7, 1}, {4, 0},
                                            {7, 1}, {7, 0}, {9, 0}, {7, 1}};
  EXPECT_EQ(CountPairsWithinGroups(members, PairScope::kCrossSite), 2 * 3 + 1);
  EXPECT_EQ(CountPairsWithinGroups(members, PairScope::kWithinSite), 1 + 3);
  EXPECT_EQ(CountPairsWithinGroups(members, PairScope::kAll), 10 + 1);
}

TEST(CountPairsWithinGroups, OfNothingAreNone) {
  EXPECT_EQ(CountPairsWithinGroups({}, PairScope::kAll), 0);
}

TEST(CountPairsWithinGroups, OfAMillionRecordsInOneGroupAreCountedWithoutListingThem) {
  std::vector<GroupMember> members;
  for (uint32_t i = 0; i < 1'000'000; ++i) members.push_back({0, i % 2});
  EXPECT_EQ(CountPairsWithinGroups(members, PairScope::kCrossSite), 500'000ULL * 500'000);
}

TEST(PairScope, NamesGoThereAndBack) {
  for (const PairScope scope : {PairScope::kCrossSite, PairScope::kWithinSite, PairScope::kAll}) {
    EXPECT_EQ(ParsePairScope(NameOf(scope)), scope);
  }
  EXPECT_EQ(ParsePairScope("everything"), std::nullopt);
}

}  // namespace
}  // namespace blindlink
