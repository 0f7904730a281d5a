#include <gtest/gtest.h>

#include <ctime>

#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink {
namespace {

std::string Date(absl::string_view raw, DateOrder order = DateOrder::kMonthDayYear) {
  return Standardized(v1::DATE, raw, {order});
}

TEST(DateTest, OneDayHasOneTextInEveryFormat) {
  for (const char* raw : {"19700312",
                          "1970-03-12",
                          "1970/3/12",
                          "3/12/1970",
                          "03-12-1970",
                          "03/12/70",
                          "12.03.1970",
                          "12 Mar 1970",
                          "12-mar-70",
                          "12MAR1970",
                          "March 12th, 1970",
                          "Thu, 12 Mar 1970",
                          "1970-03-12T00:00:00Z",
                          "1970-03-12 00:00:00",
                          "3/12/1970 12:00:00 AM",
                          "19700312000000",
                          "1970年3月12日",
                          "昭和45年3月12日",
                          "S45.3.12",
                          "昭45/03/12",
                          "3450312",
                          "S450312",
                          "１９７０／３／１２",
                          "03121970",
                          "3121970"}) {
    EXPECT_EQ(Date(raw), "19700312") << raw;
  }
}

TEST(DateTest, TheOrderDecidesAnAmbiguousDate) {
  EXPECT_EQ(Date("03/04/1970", DateOrder::kMonthDayYear), "19700304");
  EXPECT_EQ(Date("03/04/1970", DateOrder::kDayMonthYear), "19700403");
  EXPECT_EQ(Date("70/03/04", DateOrder::kYearMonthDay), "19700304");
  EXPECT_EQ(Date("04031970", DateOrder::kDayMonthYear), "19700304");
}

TEST(DateTest, ADateThatOnlyTheOtherOrderGivesIsTaken) {
  EXPECT_EQ(Date("26/10/2003", DateOrder::kMonthDayYear), "20031026");
  EXPECT_EQ(Date("10/26/2003", DateOrder::kDayMonthYear), "20031026");
}

TEST(DateTest, ErasBeginInTheirFirstYear) {
  EXPECT_EQ(Date("令和元年5月1日"), "20190501");
  EXPECT_EQ(Date("R元.5.1"), "20190501");
  EXPECT_EQ(Date("元年5月1日"), "invalid: date-format");
  EXPECT_EQ(Date("H1.1.8"), "19890108");
  EXPECT_EQ(Date("大正15年12月1日"), "19261201");
  EXPECT_EQ(Date("昭和70年1月1日"), "invalid: impossible-date");
}

TEST(DateTest, ImpossibleDatesAreInvalid) {
  for (const char* raw :
       {"1970-02-30", "13/45/2000", "19161300", "2001-02-29", "1970-03-00", "19105412"}) {
    EXPECT_EQ(Date(raw), "invalid: impossible-date") << raw;
  }
  EXPECT_EQ(Date("2000-02-29"), "20000229");
}

TEST(DateTest, PlaceholderDatesAreNotDates) {
  for (const char* raw : {"1900-01-01", "01/01/1901", "9999-12-31", "1800-01-01", "00/00/0000",
                          "99999999", "Jan 1 1900", "0001-01-01"}) {
    EXPECT_EQ(Date(raw), "placeholder: placeholder-date") << raw;
  }
}

TEST(DateTest, TheFutureAndTheFarPastAreInvalid) {
  EXPECT_EQ(Date("2098-01-01"), "invalid: future-date");
  EXPECT_EQ(Date("1850-06-01"), "invalid: date-too-early");
}

// Whatever the day of the test, this date lies ahead.
TEST(DateTest, ATwoDigitYearThatWouldLieAheadIsOfTheCenturyBefore) {
  const std::time_t ahead = std::time(nullptr) + 20 * 24 * 60 * 60;
  std::tm date = {};
  gmtime_r(&ahead, &date);
  const auto written = [&date](const char* format) {
    char text[32];
    std::strftime(text, sizeof(text), format, &date);
    return std::string(text);
  };
  const std::string expected = std::to_string(date.tm_year + 1900 - 100) + written("%m%d");
  EXPECT_EQ(Date(written("%m/%d/%y")), expected);
  EXPECT_EQ(Date(written("%d-%b-%y")), expected);
  EXPECT_EQ(Date(written("%m/%d/%Y")), "invalid: future-date");
}

TEST(DateTest, WhatIsNoDateIsInvalidAndNothingIsMissing) {
  EXPECT_EQ(Date("spring"), "invalid: date-format");
  EXPECT_EQ(Date("1970"), "invalid: date-format");
  EXPECT_EQ(Date("99999999999999999999"), "placeholder: placeholder-date");
  EXPECT_EQ(Date("12345678901234567890"), "invalid: date-format");
  EXPECT_EQ(Date("  /  /    "), "missing");
  EXPECT_EQ(Date("unknown"), "missing");
}

}  // namespace
}  // namespace blindlink
