#include "resolver/results/small_overlaps.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

v1::OverlapCell Cell(const std::string& left, const std::string& right, uint64_t entities) {
  v1::OverlapCell cell;
  cell.set_left_site(left);
  cell.set_right_site(right);
  cell.set_entities(entities);
  return cell;
}

std::string Text(const std::vector<v1::OverlapCell>& cells) {
  std::string text;
  for (const v1::OverlapCell& cell : cells) {
    absl::StrAppend(&text, cell.left_site(), cell.right_site(), "=",
                    cell.withheld()     ? "withheld"
                    : cell.suppressed() ? "small"
                                        : absl::StrCat(cell.entities()),
                    " ");
  }
  return text;
}

TEST(SmallOverlaps, CountsFrom1To10AreSuppressedAndOthersShown) {
  EXPECT_EQ(Text(SuppressSmall({Cell("a", "a", 500), Cell("a", "b", 10), Cell("b", "b", 300),
                                Cell("a", "c", 11), Cell("b", "c", 0), Cell("c", "c", 400)},
                               10)),
            "aa=500 ab=small bb=300 ac=11 bc=0 cc=400 ");
}

TEST(SmallOverlaps, ASuppressedCountHasNoNumber) {
  const auto cells = SuppressSmall({Cell("a", "a", 7)}, 10);
  EXPECT_EQ(cells[0].entities(), 0u);
  EXPECT_TRUE(cells[0].suppressed());
}

// Nearly all of a is at b, and so is all that a shares with c: at least 95 + 12 - 100 = 7 of c.
TEST(SmallOverlaps, ACountThatTwoOthersBoundFromBelowIsProtectedByWithholdingOne) {
  EXPECT_EQ(Text(SuppressSmall({Cell("a", "a", 100), Cell("a", "b", 95), Cell("b", "b", 300),
                                Cell("a", "c", 12), Cell("b", "c", 8), Cell("c", "c", 400)},
                               10)),
            "aa=100 ab=95 bb=300 ac=withheld bc=small cc=400 ");
}

// b has only 3 entities that are not at a, and c has none of a's: at most 3 are at b and c.
TEST(SmallOverlaps, ACountThatTwoOthersBoundFromAboveIsProtectedByWithholdingOne) {
  EXPECT_EQ(Text(SuppressSmall({Cell("a", "a", 100), Cell("a", "b", 97), Cell("b", "b", 100),
                                Cell("a", "c", 0), Cell("b", "c", 2), Cell("c", "c", 400)},
                               10)),
            "aa=100 ab=97 bb=100 ac=withheld bc=small cc=400 ");
}

// What three sites show about the third overlap, as an attacker would work it out.
TEST(SmallOverlaps, WhatIsShownOfThreeSitesNeverNarrowsASuppressedCount) {
  std::mt19937 random(7);
  int withheld = 0;
  for (int round = 0; round < 3000; ++round) {
    // Entities by the sites at which they are: seven kinds.
    int kinds[8] = {};
    for (int kind = 1; kind < 8; ++kind)
      kinds[kind] = static_cast<int>(random() % 3 == 0 ? random() % 120 : random() % 12);
    const auto count = [&](int sites) {
      uint64_t entities = 0;
      for (int kind = 1; kind < 8; ++kind) {
        if ((kind & sites) == sites) entities += static_cast<uint64_t>(kinds[kind]);
      }
      return entities;
    };
    const auto cells = SuppressSmall(
        {Cell("a", "a", count(1)), Cell("a", "b", count(3)), Cell("a", "c", count(5)),
         Cell("b", "b", count(2)), Cell("b", "c", count(6)), Cell("c", "c", count(4))},
        10);
    for (const v1::OverlapCell& cell : cells) withheld += cell.withheld() ? 1 : 0;
    const v1::OverlapCell& bc = cells[4];
    if (!bc.suppressed() || bc.withheld()) continue;
    const auto shown = [&](int at) { return !cells[at].suppressed(); };
    if (!shown(1) || !shown(2)) continue;
    const int64_t ab = static_cast<int64_t>(cells[1].entities());
    const int64_t ac = static_cast<int64_t>(cells[2].entities());
    if (shown(0)) {
      EXPECT_LE(ab + ac - static_cast<int64_t>(cells[0].entities()), 1);
    }
    if (shown(3)) {
      EXPECT_GE(ac + static_cast<int64_t>(cells[3].entities()) - ab, 10);
    }
    if (shown(5)) {
      EXPECT_GE(ab + static_cast<int64_t>(cells[5].entities()) - ac, 10);
    }
  }
  EXPECT_GT(withheld, 100);
}

}  // namespace
}  // namespace blindlink::resolver
