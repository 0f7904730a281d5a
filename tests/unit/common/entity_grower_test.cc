#include "common/entity/entity_grower.h"

#include <gtest/gtest.h>

namespace blindlink {
namespace {

TEST(EntityGrower, EveryRecordBeginsAsAnEntityOfItsOwn) {
  EntityGrower grower(3, 10);
  EXPECT_EQ(grower.entities(), 3u);
  EXPECT_NE(grower.Find(0), grower.Find(1));
}

TEST(EntityGrower, PairsJoinInAChain) {
  EntityGrower grower(4, 10);
  EXPECT_TRUE(grower.Join(0, 1));
  EXPECT_TRUE(grower.Join(2, 1));
  EXPECT_EQ(grower.Find(0), grower.Find(2));
  EXPECT_NE(grower.Find(0), grower.Find(3));
  EXPECT_EQ(grower.SizeOf(2), 3u);
  EXPECT_EQ(grower.entities(), 2u);
}

TEST(EntityGrower, APairInsideAnEntityChangesNothing) {
  EntityGrower grower(2, 2);
  EXPECT_TRUE(grower.Join(0, 1));
  EXPECT_TRUE(grower.Join(1, 0));
  EXPECT_EQ(grower.entities(), 1u);
  EXPECT_EQ(grower.refused(), 0u);
}

TEST(EntityGrower, GrowthPastTheBoundIsRefusedAndCounted) {
  EntityGrower grower(5, 3);
  EXPECT_TRUE(grower.Join(0, 1));
  EXPECT_TRUE(grower.Join(2, 3));
  EXPECT_FALSE(grower.Join(1, 2));
  EXPECT_EQ(grower.refused(), 1u);
  EXPECT_NE(grower.Find(0), grower.Find(3));
  EXPECT_TRUE(grower.Join(4, 0));
  EXPECT_EQ(grower.SizeOf(4), 3u);
}

}  // namespace
}  // namespace blindlink
