#include "resolver/review/reading.h"

#include <gtest/gtest.h>

namespace blindlink::resolver {
namespace {

constexpr auto kLink = v1::VERDICT_LINK;
constexpr auto kApart = v1::VERDICT_DO_NOT_LINK;
constexpr auto kUndecided = v1::VERDICT_UNDECIDED;

Standing Of(const std::vector<std::pair<std::string, v1::Verdict>>& readings, bool second_reader) {
  std::vector<Reading> list;
  for (const auto& [reader, verdict] : readings) list.push_back({list.size() + 1, reader, verdict});
  return StandingOf(list, second_reader);
}

TEST(ReadingTest, APairThatNobodyReadIsOpen) {
  EXPECT_EQ(Of({}, false).state, v1::REVIEW_OPEN);
  EXPECT_EQ(Of({}, true).state, v1::REVIEW_OPEN);
}

TEST(ReadingTest, WithoutASecondReaderTheNewestDecisionStandsWhoeverMadeIt) {
  EXPECT_EQ(Of({{"ann", kLink}}, false).verdict, kLink);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}}, false).verdict, kApart);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}, {"ann", kUndecided}}, false).verdict, kUndecided);
}

TEST(ReadingTest, WithASecondReaderOneDecisionIsNotEnoughHoweverOftenItIsMade) {
  EXPECT_EQ(Of({{"ann", kLink}}, true).state, v1::REVIEW_AWAITS_READER);
  const Standing twice = Of({{"ann", kLink}, {"ann", kLink}}, true);
  EXPECT_EQ(twice.state, v1::REVIEW_AWAITS_READER);
  EXPECT_EQ(twice.verdict, v1::VERDICT_UNSPECIFIED);
  EXPECT_EQ(twice.readers, 1u);
}

TEST(ReadingTest, TwoWhoAgreeMakeItStand) {
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kLink}}, true).verdict, kLink);
  EXPECT_EQ(Of({{"ann", kApart}, {"bob", kApart}}, true).verdict, kApart);
  EXPECT_EQ(Of({{"ann", kUndecided}, {"bob", kUndecided}}, true).verdict, kUndecided);
}

TEST(ReadingTest, OfTwoWhoDifferAThirdDecides) {
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}}, true).state, v1::REVIEW_READERS_DIFFER);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kUndecided}}, true).state, v1::REVIEW_READERS_DIFFER);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}, {"eve", kApart}}, true).verdict, kApart);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}, {"eve", kApart}, {"dan", kLink}}, true).state,
            v1::REVIEW_READERS_DIFFER);
}

TEST(ReadingTest, WhoChangesTheirMindCountsOnce) {
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kApart}, {"bob", kLink}}, true).verdict, kLink);
  EXPECT_EQ(Of({{"ann", kLink}, {"bob", kLink}, {"bob", kApart}}, true).state,
            v1::REVIEW_READERS_DIFFER);
}

}  // namespace
}  // namespace blindlink::resolver
