#include "agent/clinical/dates/date_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

using absl::CivilDay;
using testing::HasSubstr;

v1::DateRules Rules() {
  v1::DateRules rules;
  rules.set_shift_days(182);
  rules.set_first_day("2019-01-01");
  rules.set_last_day("2023-12-31");
  rules.set_oldest_age(89);
  return rules;
}

TEST(DateMaskTest, TheWindowIsThePlansDaysLessTheLargestShiftAtEitherEnd) {
  const DateMask mask = *DateMask::Make(Rules());
  EXPECT_EQ(mask.window_first(), CivilDay(2019, 7, 2));
  EXPECT_EQ(mask.window_last(), CivilDay(2023, 7, 2));
}

TEST(DateMaskTest, WhatAShiftMovesOutOfTheWindowIsLeftOut) {
  const DateMask mask = *DateMask::Make(Rules());
  EXPECT_EQ(mask.Shift(CivilDay(2019, 1, 1), 182), CivilDay(2019, 7, 2));
  EXPECT_EQ(mask.Shift(CivilDay(2019, 1, 1), 181), std::nullopt);
  EXPECT_EQ(mask.Shift(CivilDay(2023, 12, 31), -182), CivilDay(2023, 7, 2));
  EXPECT_EQ(mask.Shift(CivilDay(2023, 12, 31), -181), std::nullopt);
}

// Whoever sees a day of the release can think of every shift: none would have moved it from beyond
// the data.
TEST(DateMaskTest, NoDayOfTheWindowExcludesAShift) {
  const DateMask mask = *DateMask::Make(Rules());
  for (const CivilDay seen : {mask.window_first(), mask.window_last()}) {
    for (int days = -182; days <= 182; ++days) {
      EXPECT_GE(seen - days, CivilDay(2019, 1, 1));
      EXPECT_LE(seen - days, CivilDay(2023, 12, 31));
    }
  }
}

TEST(DateMaskTest, IntervalsAreExact) {
  const DateMask mask = *DateMask::Make(Rules());
  const auto before = mask.Shift(CivilDay(2020, 2, 28), 100);
  const auto after = mask.Shift(CivilDay(2020, 3, 1), 100);
  EXPECT_EQ(*after - *before, 2);
}

TEST(DateMaskTest, AnEmptyWindowIsRefusedWithWhatToDo) {
  v1::DateRules rules = Rules();
  rules.set_last_day("2019-12-30");
  EXPECT_THAT(std::string(DateMask::Make(rules).status().message()),
              HasSubstr("choose a longer period or a smaller shift_days"));
  rules.set_last_day("2019-12-31");
  EXPECT_TRUE(DateMask::Make(rules).ok());
}

TEST(DateMaskTest, WhatIsNoDayIsRefused) {
  for (const char* text : {"", "2019", "01/02/2019", "2019-02-30", "2019-1-1"}) {
    v1::DateRules rules = Rules();
    rules.set_first_day(text);
    EXPECT_THAT(std::string(DateMask::Make(rules).status().message()),
                HasSubstr("dates.first_day must be a day such as"))
        << text;
  }
}

TEST(DateMaskTest, DatesMayBecomeCoarser) {
  v1::DateRules rules = Rules();
  const CivilDay day(2021, 11, 5);
  EXPECT_EQ(DateMask::Make(rules)->Text(day), "2021-11-05");
  rules.set_unit(v1::MONTHS);
  EXPECT_EQ(DateMask::Make(rules)->Text(day), "2021-11");
  rules.set_unit(v1::QUARTERS);
  EXPECT_EQ(DateMask::Make(rules)->Text(day), "2021-Q4");
  rules.set_unit(v1::YEARS);
  EXPECT_EQ(DateMask::Make(rules)->Text(day), "2021");
}

TEST(DateMaskTest, PeriodsOfInsuranceAreNeverFinerThanQuarters) {
  v1::DateRules rules = Rules();
  EXPECT_EQ(DateMask::Make(rules)->PeriodText(CivilDay(2021, 11, 5)), "2021-Q4");
  rules.set_unit(v1::YEARS);
  EXPECT_EQ(DateMask::Make(rules)->PeriodText(CivilDay(2021, 11, 5)), "2021");
}

TEST(DateMaskTest, CodesOfAnEraAreKnownByTheirBeginning) {
  v1::DateRules rules = Rules();
  v1::EraCode& covid = *rules.add_era_codes();
  covid.set_code_system("ICD-10-CM");
  covid.set_prefix("U07");
  covid.set_since("2020-04-01");
  const DateMask mask = *DateMask::Make(rules);
  EXPECT_TRUE(mask.RevealsEra("ICD-10-CM", "U071"));
  EXPECT_TRUE(mask.RevealsEra("icd10cm", "u07.1"));
  EXPECT_FALSE(mask.RevealsEra("ICD-10-CM", "U0"));
  EXPECT_FALSE(mask.RevealsEra("ICD-10-PCS", "U071"));
}

TEST(DateMaskTest, TheOldestHaveOneYearOfBirth) {
  const DateMask mask = *DateMask::Make(Rules());
  EXPECT_EQ(mask.BirthYear(CivilDay(1940, 5, 5)), 1940);
  EXPECT_EQ(mask.BirthYear(CivilDay(1934, 1, 1)), 1934);
  EXPECT_EQ(mask.BirthYear(CivilDay(1933, 12, 31)), 1933);
  EXPECT_EQ(mask.BirthYear(CivilDay(1920, 5, 5)), 1933);
}

}  // namespace
}  // namespace blindlink::agent
