#include "researcher/timeline/small_cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

using testing::ElementsAre;

TEST(SmallCells, CountsFromOneToTenAreNotShown) {
  EXPECT_THAT(WhichAreShown({0, 1, 10, 11}, false),
              ElementsAre(Shown::kYes, Shown::kSmall, Shown::kSmall, Shown::kYes));
  EXPECT_EQ(ShownText(10), "1 to 10");
  EXPECT_EQ(ShownText(0), "0");
  EXPECT_EQ(ShownText(11), "11");
}

TEST(SmallCells, ASingleSmallCountCannotBeDerivedFromTheSum) {
  EXPECT_THAT(WhichAreShown({900, 2, 0, 40}, true),
              ElementsAre(Shown::kYes, Shown::kSmall, Shown::kYes, Shown::kWithheld));
  EXPECT_THAT(WhichAreShown({900, 2, 3}, true),
              ElementsAre(Shown::kYes, Shown::kSmall, Shown::kSmall));
}

}  // namespace
}  // namespace blindlink::researcher
