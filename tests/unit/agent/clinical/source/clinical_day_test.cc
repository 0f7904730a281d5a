#include "agent/clinical/source/clinical_day.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

const absl::CivilDay kDay(2017, 3, 19);

TEST(ClinicalDayTest, ADayIsReadInEveryFormOfTheShapes) {
  for (const char* text :
       {"2017-03-19", "20170319", "20170319083000", "19-Mar-2017", "19MAR2017", "Mar 19, 2017",
        "03/19/2017", "3/19/2017", "19.03.2017", " 2017-03-19 ", "2017-03-19 00:00:00"}) {
    EXPECT_EQ(ReadDay(text).day, kDay) << text;
  }
}

TEST(ClinicalDayTest, TheDayIsThatWhichIsWrittenWhateverTheTimeZone) {
  EXPECT_EQ(ReadDay("2017-03-19T23:30:00-05:00").day, kDay);
  EXPECT_EQ(ReadDay("2017-03-19T00:15:00+09:00").day, kDay);
  EXPECT_EQ(ReadDay("2017-03-19T23:30:00.000Z").day, kDay);
}

TEST(ClinicalDayTest, TheOrderOfNumbersIsStatedAndNeverGuessed) {
  EXPECT_EQ(ReadDay("19/03/2017", DateOrder::kDayMonthYear).day, kDay);
  EXPECT_STREQ(ReadDay("19/03/2017").why_not, "impossible-date");
  EXPECT_EQ(ReadDay("03/04/2017").day, absl::CivilDay(2017, 3, 4));
}

TEST(ClinicalDayTest, DaysThatDoNotExistAreImpossible) {
  for (const char* text : {"2019-02-29", "2019-13-01", "2019-00-10", "31-Apr-2017", "0001-01-01",
                           "9999-12-31", "20170231"}) {
    EXPECT_STREQ(ReadDay(text).why_not, "impossible-date") << text;
  }
}

TEST(ClinicalDayTest, AYearOrMonthAloneIsIncompleteButHasAYear) {
  for (const char* text : {"2017", "2017-03", "Mar 2017", "03/2017", "201703"}) {
    const WrittenDay day = ReadDay(text);
    EXPECT_STREQ(day.why_not, "incomplete-date") << text;
    EXPECT_EQ(day.year, 2017) << text;
  }
}

TEST(ClinicalDayTest, OtherTextIsNotADate) {
  for (const char* text : {"yesterday", "19/03/17", "12", "2017-03-19-04", "2017--03--19x", "-",
                           "T", "99999999999999999999"}) {
    EXPECT_STREQ(ReadDay(text).why_not, "not-a-date") << text;
  }
}

TEST(ClinicalDayTest, EmptyTextIsNoDayAndNoError) {
  EXPECT_EQ(ReadDay("  ").why_not, nullptr);
  EXPECT_FALSE(ReadDay("").day.has_value());
}

}  // namespace
}  // namespace blindlink::agent
