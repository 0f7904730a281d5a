#include <gtest/gtest.h>

#include <ctime>

#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink::agent {
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
                          "19700312050607.123-0500",
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
  for (const char* raw : {"1970-02-30", "13/45/2000", "19161300", "2001-02-29", "19105412"}) {
    EXPECT_EQ(Date(raw), "invalid: impossible-date") << raw;
  }
  EXPECT_EQ(Date("2000-02-29"), "20000229");
}

TEST(DateTest, PlaceholderDatesAreNotDates) {
  for (const char* raw : {"1900-01-01", "01/01/1901", "9999-12-31", "1800-01-01", "00/00/0000",
                          "99999999", "Jan 1 1900", "0001-01-01", "2099-12-31"}) {
    EXPECT_EQ(Date(raw), "placeholder: placeholder-date") << raw;
  }
}

TEST(DateTest, TheFutureAndTheFarPastAreInvalid) {
  EXPECT_EQ(Date("2098-01-01"), "invalid: future-date");
  EXPECT_EQ(Date("1839-12-31"), "invalid: date-too-early");
  EXPECT_EQ(Date("1840-02-03"), "18400203");
}

TEST(DateTest, ThePlanSaysWhichYearsAreTooEarly) {
  StandardizeOptions options;
  options.earliest_year = 1900;
  EXPECT_EQ(Standardized(v1::DATE, "1899-06-01", options), "invalid: date-too-early");
  EXPECT_EQ(Standardized(v1::DATE, "1898-06", options), "invalid: date-too-early");
  options.earliest_year = 1800;
  EXPECT_EQ(Standardized(v1::DATE, "1801-06-01", options), "18010601");
}

// The text of the damaged value of a date that cannot be right; "" if there is none.
std::string Damaged(absl::string_view raw) {
  const StandardizeResult result = Standardize(v1::DATE, raw, {});
  EXPECT_EQ(result.state, ValueState::kInvalid) << raw;
  if (result.values.empty()) return "";
  EXPECT_TRUE(result.values[0].damaged) << raw;
  return result.values[0].text;
}

TEST(DateTest, ADateThatCannotBeRightIsADamagedValue) {
  EXPECT_EQ(Damaged("1970-02-31"), "19700231");
  EXPECT_EQ(Damaged("1970-17-03"), "19701703");
  EXPECT_EQ(Damaged("1070-03-04"), "10700304");
  EXPECT_EQ(Damaged("2097-03-04"), "20970304");
  EXPECT_EQ(Damaged("0000-03-04"), "00000304");
}

TEST(DateTest, NumbersThatAreNeitherDayNorMonthAreNotKnown) {
  EXPECT_EQ(Damaged("13/45/2000"), "20000000");
  EXPECT_EQ(Damaged("1970-02-45"), "19700200");
  EXPECT_EQ(Damaged("1970-17-20"), "19700020");
  EXPECT_EQ(Damaged("19105412"), "19100012");
}

TEST(DateTest, NothingIsLeftOfADateWithoutAPartThatCanBeRight) {
  EXPECT_EQ(Damaged("1070-02-31"), "");
  EXPECT_EQ(Damaged("1070"), "");
  EXPECT_EQ(Damaged("昭和70年1月1日"), "");
  EXPECT_EQ(Damaged("spring"), "");
}

// The results do not depend on today's date: a record has the same tokens next year.
TEST(DateTest, TwoDigitYearsReachFrom1927To2026) {
  EXPECT_EQ(Date("3/4/27"), "19270304");
  EXPECT_EQ(Date("3/4/99"), "19990304");
  EXPECT_EQ(Date("3/4/00"), "20000304");
  EXPECT_EQ(Date("3/4/26"), "20260304");
  EXPECT_EQ(Date("4-Mar-27"), "19270304");
  EXPECT_EQ(Date("70-03-04"), "19700304");
}

TEST(DateTest, ADateAheadIsInvalid) {
  const std::time_t ahead = std::time(nullptr) + 20 * 24 * 60 * 60;
  std::tm date = {};
  gmtime_r(&ahead, &date);
  char text[32];
  std::strftime(text, sizeof(text), "%m/%d/%Y", &date);
  EXPECT_EQ(Date(text), "invalid: future-date");
}

TEST(DateTest, OfADateKnownInPartTheYearOrTheMonthIsKept) {
  for (const char* raw : {"1970", "1970-00-00", "00/00/1970", "UU/UU/1970", "XX/XX/1970",
                          "?\?/?\?/1970", "1970-XX-XX", "--/--/1970", "99/99/1970", "UNK 1970",
                          "19700000", "昭和45年", "S45", "1970年"}) {
    EXPECT_EQ(Date(raw), "1970") << raw;
  }
  for (const char* raw :
       {"1970-03", "1970/3", "03/1970", "Mar 1970", "March, 1970", "1970-03-00", "03/00/1970",
        "1970-03-?\?", "03/XX/1970", "197003", "19700300", "昭和45年3月", "S45.3", "1970年3月"}) {
    EXPECT_EQ(Date(raw), "197003") << raw;
  }
  EXPECT_EQ(Date("1900"), "placeholder: placeholder-date");
  EXPECT_EQ(Date("2098"), "invalid: future-date");
  EXPECT_EQ(Date("3/70"), "invalid: date-format");
}

TEST(DateTest, MonthsHaveNamesInOtherLanguages) {
  for (const char* raw : {"4 de marzo de 1970", "4 mars 1970", "4. März 1970", "4 marzo 1970",
                          "4 de março de 1970", "4 maart 1970"}) {
    EXPECT_EQ(Date(raw), "19700304") << raw;
  }
  EXPECT_EQ(Date("12-DIC-1970"), "19701212");
  EXPECT_EQ(Date("3 août 1970"), "19700803");
  EXPECT_EQ(Date("1er juillet 1970"), "19700701");
  EXPECT_EQ(Date("4 jui 1970"), "invalid: date-format");  // June or July
}

TEST(DateTest, ASpreadsheetsCountOfDaysIsADate) {
  EXPECT_EQ(Date("25569"), "19700101");
  EXPECT_EQ(Date("25569.5"), "19700101");
  EXPECT_EQ(Date("36585"), "20000229");
  EXPECT_EQ(Date("60000"), "invalid: future-date");
}

TEST(DateTest, WhatIsNoDateIsInvalidAndNothingIsMissing) {
  EXPECT_EQ(Date("spring"), "invalid: date-format");
  EXPECT_EQ(Date("99999999999999999999"), "placeholder: placeholder-date");
  EXPECT_EQ(Date("12345678901234567890"), "invalid: date-format");
  EXPECT_EQ(Date("  /  /    "), "missing");
  EXPECT_EQ(Date("unknown"), "missing");
}

}  // namespace
}  // namespace blindlink::agent
