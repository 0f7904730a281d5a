#include "researcher/timeline/event_date.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

EventDate Date(const char* text) { return *ParseEventDate(text); }

TEST(EventDate, CountsDaysFromTheFirstOfJanuary1970) {
  EXPECT_EQ(Date("1970-01-01").first, 0);
  EXPECT_EQ(Date("2000-03-01").first, 11017);
  EXPECT_EQ(Date("1969-12-31").first, -1);
}

TEST(EventDate, ACoarseDateStandsForAllItsDays) {
  EXPECT_EQ(Date("2021-02").first, Date("2021-02-01").first);
  EXPECT_EQ(Date("2021-02").last, Date("2021-02-28").first);
  EXPECT_EQ(Date("2020-Q1").last, Date("2020-03-31").first);
  EXPECT_EQ(Date("2020").last, Date("2020-12-31").first);
  EXPECT_LT(Date("2021").detail, Date("2021-Q1").detail);
  EXPECT_LT(Date("2021-Q1").detail, Date("2021-01").detail);
  EXPECT_LT(Date("2021-01").detail, Date("2021-01-01").detail);
}

TEST(EventDate, WhatIsNoDateIsRefused) {
  for (const char* text :
       {"", "202", "0999", "2021-", "2021-13", "2021-00", "2021-02-29", "2021-1-1", "2021-Q5",
        "2021-Q", "2021-Q11", "2021-01-0a", "2021/01/01", "2021-01-011", "abcd"}) {
    EXPECT_FALSE(ParseEventDate(text).has_value()) << text;
  }
  EXPECT_TRUE(ParseEventDate("2020-02-29").has_value());
}

TEST(EventDate, DaysBetweenAreTheLeastThatMayLieBetween) {
  EXPECT_EQ(DaysBetween(Date("2021-03-14"), Date("2021-03-16")), 2);
  EXPECT_EQ(DaysBetween(Date("2021-03-16"), Date("2021-03-14")), 2);
  EXPECT_EQ(DaysBetween(Date("2021-03"), Date("2021-03-16")), 0);
  EXPECT_EQ(DaysBetween(Date("2021-03"), Date("2021-04")), 1);
}

}  // namespace
}  // namespace blindlink::researcher
