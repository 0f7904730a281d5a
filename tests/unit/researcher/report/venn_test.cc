#include "researcher/report/venn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <tuple>

namespace blindlink::researcher {
namespace {

double AreaOf(double radius) { return std::numbers::pi * radius * radius; }

// The share of a fine grid's points inside both circles; uses none of the code's formulas.
double CountedOverlap(const VennCircles& circles) {
  constexpr int kSteps = 2000;
  const double step = 2 * circles.left_radius / kSteps;
  int inside = 0;
  for (int i = 0; i < kSteps; ++i) {
    for (int j = 0; j < kSteps; ++j) {
      const double x = -circles.left_radius + (i + 0.5) * step;
      const double y = -circles.left_radius + (j + 0.5) * step;
      if (std::hypot(x, y) <= circles.left_radius &&
          std::hypot(x - circles.distance, y) <= circles.right_radius) {
        ++inside;
      }
    }
  }
  return inside * step * step;
}

class Venn : public testing::TestWithParam<std::tuple<int, int, int>> {};

TEST_P(Venn, AreasAreAsTheCountsWithinOnePercent) {
  const auto [left_only, both, right_only] = GetParam();
  const VennCircles circles = PlaceCircles(left_only, both, right_only);
  const double unit = AreaOf(circles.left_radius) / (left_only + both);
  EXPECT_NEAR(AreaOf(circles.right_radius) / unit, right_only + both, 0.01 * (right_only + both));
  EXPECT_NEAR(CountedOverlap(circles) / unit, both, 0.01 * both);
}

INSTANTIATE_TEST_SUITE_P(Counts, Venn,
                         testing::Values(std::tuple(50, 50, 50), std::tuple(10, 990, 30),
                                         std::tuple(500, 40, 300), std::tuple(900, 100, 20),
                                         std::tuple(0, 70, 30), std::tuple(30, 70, 0),
                                         std::tuple(0, 7, 0), std::tuple(3, 9000, 8)));

TEST(Venn, CirclesWithoutCommonPairsStandApart) {
  const VennCircles circles = PlaceCircles(20, 0, 5);
  EXPECT_GT(circles.distance, circles.left_radius + circles.right_radius);
  EXPECT_DOUBLE_EQ(circles.left_radius, 1);
  EXPECT_DOUBLE_EQ(circles.right_radius, 0.5);
}

TEST(Venn, ASetWithinAnotherLiesWithinItsCircle) {
  const VennCircles circles = PlaceCircles(0, 25, 75);
  EXPECT_NEAR(circles.distance + circles.left_radius, circles.right_radius, 1e-9);
}

TEST(Venn, EmptySetsHaveNoCircles) {
  const VennCircles none = PlaceCircles(0, 0, 0);
  EXPECT_EQ(none.left_radius, 0);
  EXPECT_EQ(none.right_radius, 0);
  EXPECT_EQ(PlaceCircles(0, 0, 9).left_radius, 0);
}

TEST(Venn, AMillionAgainstOneIsStillPlaced) {
  const VennCircles circles = PlaceCircles(999999, 1, 1);
  EXPECT_TRUE(std::isfinite(circles.distance));
  EXPECT_GT(circles.right_radius, 0);
  EXPECT_NEAR(OverlapArea(circles.left_radius, circles.right_radius, circles.distance),
              std::numbers::pi * 1e-6, std::numbers::pi * 1e-8);
}

}  // namespace
}  // namespace blindlink::researcher
