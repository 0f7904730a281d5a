#include "agent/risk/small_cells.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/base/mix.h"

namespace blindlink::agent {
namespace {

size_t HiddenInRow(const ShownTable& shown, size_t row) {
  size_t hidden = shown.row_totals[row].has_value() ? 0 : 1;
  for (size_t c = 0; c < shown.columns; ++c) {
    if (!shown.cells[row * shown.columns + c].has_value()) ++hidden;
  }
  return hidden;
}

TEST(SmallCellsTest, LargeCountsAndZerosAreShown) {
  const ShownTable shown = HideSmallCells({2, 2, {20, 0, 30, 40}}, 11);
  for (const auto& cell : shown.cells) EXPECT_TRUE(cell.has_value());
  EXPECT_EQ(shown.total, 90);
}

TEST(SmallCellsTest, ACellThatFollowsFromTheTotalsIsHiddenWithOthers) {
  const ShownTable shown = HideSmallCells({2, 2, {5, 50, 60, 70}}, 11);
  EXPECT_FALSE(shown.cells[0].has_value());
  EXPECT_GE(HiddenInRow(shown, 0), 2);
}

TEST(SmallCellsTest, NoRowOrColumnHasASingleHiddenCellOrASmallHiddenSum) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    CountTable table{4, 5, {}};
    for (size_t i = 0; i < 20; ++i) table.cells.push_back(Mix64(seed * 100 + i) % 40);
    const ShownTable shown = HideSmallCells(table, 11);
    for (size_t r = 0; r < 4; ++r) {
      EXPECT_NE(HiddenInRow(shown, r), 1) << seed;
      for (size_t c = 0; c < 5; ++c) {
        const uint64_t count = table.cells[r * 5 + c];
        const bool small = count > 0 && count < 11;
        EXPECT_FALSE(small && shown.cells[r * 5 + c].has_value());
      }
    }
  }
}

}  // namespace
}  // namespace blindlink::agent
