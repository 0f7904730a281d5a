#include "resolver/access/released_counts.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class ReleasedCountsTest : public testing::Test {
 protected:
  ReleasedCountsTest() { Open(); }
  void Open() { counts_ = *ReleasedCounts::Open(folder_ / "releases.pb"); }

  // What is shown of a run in which two sites share so many entities.
  std::string Show(uint64_t shared) {
    v1::OverlapCell cell;
    cell.set_left_site("north");
    cell.set_right_site("south");
    cell.set_entities(shared);
    const auto shown = counts_->Release({cell}, 10);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown->at(0).suppressed() ? "small" : absl::StrCat(shown->at(0).entities());
  }

  TemporaryFolder folder_;
  std::unique_ptr<ReleasedCounts> counts_;
};

TEST_F(ReleasedCountsTest, ADifferenceOf1To10FromAReleasedCountIsNeverShown) {
  EXPECT_EQ(Show(100), "100");
  for (uint64_t other = 90; other <= 110; ++other) EXPECT_EQ(Show(other), "100") << other;
  EXPECT_EQ(Show(111), "111");
  EXPECT_EQ(Show(105), "100");  // between both, nearer to this
  EXPECT_EQ(Show(106), "111");
  EXPECT_EQ(Show(89), "89");
}

TEST_F(ReleasedCountsTest, WhateverIsAskedNoTwoShownCountsAreNearerThan11) {
  std::set<uint64_t> shown;
  for (uint64_t i = 0; i < 2000; ++i) {
    const std::string text = Show(11 + (i * 7919) % 1000);
    ASSERT_NE(text, "small");
    shown.insert(std::stoull(text));
  }
  uint64_t before = 0;
  for (const uint64_t count : shown) {
    EXPECT_GE(count - before, 11u);
    before = count;
  }
}

TEST_F(ReleasedCountsTest, SmallCountsAreSuppressedWhateverWasReleased) {
  EXPECT_EQ(Show(15), "15");
  EXPECT_EQ(Show(8), "small");
  EXPECT_EQ(Show(0), "0");
}

TEST_F(ReleasedCountsTest, ARestartForgetsNothing) {
  EXPECT_EQ(Show(100), "100");
  ASSERT_TRUE(counts_->NoteRulesSeen("study", 3).ok());
  Open();
  EXPECT_EQ(Show(101), "100");
  EXPECT_EQ(counts_->RulesSeen("study"), 3u);
  EXPECT_EQ(counts_->RulesSeen("other"), 0u);
}

TEST_F(ReleasedCountsTest, AnOlderResultDoesNotTurnTheRulesBack) {
  ASSERT_TRUE(counts_->NoteRulesSeen("study", 3).ok());
  ASSERT_TRUE(counts_->NoteRulesSeen("study", 2).ok());
  EXPECT_EQ(counts_->RulesSeen("study"), 3u);
}

}  // namespace
}  // namespace blindlink::resolver
