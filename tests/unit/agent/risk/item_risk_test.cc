#include "agent/risk/item_risk.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

TEST(ItemRiskTest, PersonsAndCombinationsBelowKAreCounted) {
  const ItemSets sets = {{1, 2}, {2, 1}, {1, 3}, {1}};
  const auto single = MeasureItems(sets, 1, 2);
  ASSERT_TRUE(single.ok());
  EXPECT_EQ(single->persons_with_rare, 1);
  EXPECT_EQ(single->combinations, 3);
  EXPECT_EQ(single->rare_combinations, 1);
  const auto pairs = MeasureItems(sets, 2, 2);
  ASSERT_TRUE(pairs.ok());
  EXPECT_EQ(pairs->persons_with_rare, 1);
  EXPECT_EQ(pairs->combinations, 2);
}

TEST(ItemRiskTest, TooManyCombinationsAreRefused) {
  std::vector<uint32_t> many(2000);
  for (uint32_t i = 0; i < many.size(); ++i) many[i] = i;
  EXPECT_EQ(MeasureItems({many}, 3, 5).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace blindlink::agent
