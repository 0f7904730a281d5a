#include "tests/population/permutation.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/population/weighted_choice.h"

namespace blindlink::population {
namespace {

TEST(Permutation, ReachesEveryPlaceOnceAndGoesBack) {
  for (const uint64_t size : {1, 2, 3, 5, 16, 17, 1000, 4097}) {
    const Permutation shuffled(7, Purpose::kClaimsOrder, size);
    std::vector<bool> seen(size);
    for (uint64_t i = 0; i < size; ++i) {
      const uint64_t at = shuffled.At(i);
      ASSERT_LT(at, size);
      EXPECT_FALSE(seen[at]);
      seen[at] = true;
      EXPECT_EQ(shuffled.IndexOf(at), i);
    }
  }
}

TEST(Permutation, LeavesFewWhereTheyWere) {
  const Permutation shuffled(7, Purpose::kClaimsOrder, 100000);
  int stayed = 0;
  for (uint64_t i = 0; i < 100000; ++i) stayed += shuffled.At(i) == i;
  EXPECT_LT(stayed, 10);
}

TEST(WeightedChoice, PicksAsOftenAsTheWeightsSay) {
  const WeightedChoice choice({1, 2, 5, 0.5});
  std::vector<int> picked(4);
  Draw draw(1, Purpose::kTowns, 0);
  for (int i = 0; i < 85000; ++i) ++picked[choice.Pick(draw)];
  EXPECT_NEAR(picked[0], 10000, 500);
  EXPECT_NEAR(picked[1], 20000, 700);
  EXPECT_NEAR(picked[2], 50000, 900);
  EXPECT_NEAR(picked[3], 5000, 350);
}

}  // namespace
}  // namespace blindlink::population
