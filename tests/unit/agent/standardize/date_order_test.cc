#include "agent/standardize/date_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace blindlink::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

DateOrderEvidence Of(std::initializer_list<absl::string_view> dates) {
  DateOrderEvidence evidence;
  for (const absl::string_view date : dates) evidence.Add(date);
  return evidence;
}

TEST(DateOrderTest, TheOrderIsThatOfTheDatesThatAllowOnlyOne) {
  EXPECT_EQ(Of({"03/04/1970", "25/12/1970"}).Best(), DateOrder::kDayMonthYear);
  EXPECT_EQ(Of({"03/04/1970", "12-25-1970"}).Best(), DateOrder::kMonthDayYear);
  EXPECT_EQ(Of({"03/04/70", "70/12/25", "99.1.30"}).Best(), DateOrder::kYearMonthDay);
  EXPECT_EQ(Of({"25. 12. 1970", "24/12/1970 00:00"}).Best(), DateOrder::kDayMonthYear);
}

TEST(DateOrderTest, DatesThatAllowSeveralOrdersAreTakenMonthFirst) {
  const DateOrderEvidence open = Of({"03/04/1970"});
  EXPECT_EQ(open.Best(), DateOrder::kMonthDayYear);
  EXPECT_TRUE(open.IsAmbiguous());
  EXPECT_FALSE(Of({"03/04/1970", "12/25/1970"}).IsAmbiguous());
}

TEST(DateOrderTest, DatesThatNeedNoOrderSayNothing) {
  for (const char* date : {"1970-03-04", "19700304", "4 Mar 1970", "S45.3.4", "", "no date"}) {
    const DateOrderEvidence evidence = Of({date});
    EXPECT_TRUE(evidence.NeedsNoOrder()) << date;
    EXPECT_FALSE(evidence.IsAmbiguous()) << date;
    EXPECT_EQ(evidence.Best(), DateOrder::kMonthDayYear) << date;
  }
}

TEST(DateOrderTest, DatesThatTheOrderMakesImpossibleAreCounted) {
  const DateOrderEvidence mixed = Of({"25/12/1970", "24/12/1970", "12/24/1970"});
  EXPECT_EQ(mixed.Best(), DateOrder::kDayMonthYear);
  EXPECT_EQ(mixed.CountAgainst(DateOrder::kDayMonthYear), 1u);
  EXPECT_EQ(mixed.CountAgainst(DateOrder::kMonthDayYear), 2u);
  EXPECT_EQ(Of({"40/40/1970"}).CountAgainst(DateOrder::kMonthDayYear), 0u);
}

TEST(DateOrderTest, TheDescriptionNamesTheColumnAndHoldsNoDate) {
  EXPECT_THAT(Of({"25/12/1970"}).Describe("dob"),
              AllOf(HasSubstr("\"dob\": day first"), HasSubstr("1 of 1"), Not(HasSubstr("1970"))));
  EXPECT_THAT(Of({"03/04/1970"}).Describe("dob"),
              AllOf(HasSubstr("month first is assumed"), HasSubstr("--date-order mdy|dmy|ymd")));
  EXPECT_THAT(Of({"1970-03-04"}).Describe("dob"), HasSubstr("none needs an order"));
}

TEST(DateOrderTest, AnOrderHasOneNameInBothDirections) {
  for (const char* name : {"mdy", "dmy", "ymd"}) {
    ASSERT_TRUE(ParseDateOrder(name).has_value()) << name;
    EXPECT_EQ(DateOrderName(*ParseDateOrder(name)), name);
  }
  EXPECT_FALSE(ParseDateOrder("MDY").has_value());
  EXPECT_FALSE(ParseDateOrder("").has_value());
}

}  // namespace
}  // namespace blindlink::agent
