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
  EXPECT_TRUE(grower.Join(0, 1, 0.9));
  EXPECT_TRUE(grower.Join(2, 1, 0.9));
  EXPECT_EQ(grower.Find(0), grower.Find(2));
  EXPECT_NE(grower.Find(0), grower.Find(3));
  EXPECT_EQ(grower.SizeOf(2), 3u);
  EXPECT_EQ(grower.entities(), 2u);
}

TEST(EntityGrower, APairInsideAnEntityChangesNothing) {
  EntityGrower grower(2, 2);
  EXPECT_TRUE(grower.Join(0, 1, 0.9));
  EXPECT_TRUE(grower.Join(1, 0, 0.9));
  EXPECT_EQ(grower.entities(), 1u);
  EXPECT_EQ(grower.refused_by_size(), 0u);
}

TEST(EntityGrower, GrowthPastTheBoundIsRefusedAndCounted) {
  EntityGrower grower(5, 3);
  EXPECT_TRUE(grower.Join(0, 1, 0.9));
  EXPECT_TRUE(grower.Join(2, 3, 0.9));
  EXPECT_FALSE(grower.Join(1, 2, 0.9));
  EXPECT_EQ(grower.refused_by_size(), 1u);
  EXPECT_NE(grower.Find(0), grower.Find(3));
  EXPECT_TRUE(grower.Join(4, 0, 0.9));
  EXPECT_EQ(grower.SizeOf(4), 3u);
}

TEST(EntityGrower, TwoGrownEntitiesAreNotJoinedByAWeakBridge) {
  EntityGrower grower(5, 10);
  EXPECT_TRUE(grower.Join(0, 1, 0.99));
  EXPECT_TRUE(grower.Join(2, 3, 0.98));
  EXPECT_FALSE(grower.Join(1, 2, 0.7));
  EXPECT_EQ(grower.refused_as_weak(), 1u);
  EXPECT_TRUE(grower.Join(4, 0, 0.7)) << "a weak pair may join a single record";
  EXPECT_TRUE(grower.Join(1, 2, 0.9)) << "a strong pair joins them";
}

}  // namespace
}  // namespace blindlink
