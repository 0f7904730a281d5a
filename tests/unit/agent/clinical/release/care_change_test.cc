#include "agent/clinical/release/care_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint32_t kMinCell = 11;

v1::ReleasePlan Plan() {
  v1::ReleasePlan plan;
  plan.mutable_dates()->set_unit(v1::DAYS);
  plan.add_complications()->set_code_system("ICD-10-CM");
  return plan;
}

PersonCare Care(uint64_t stays, uint64_t readmitted, uint64_t complicated = 0) {
  return {.stays = stays, .readmitted = readmitted, .complicated = complicated, .amounts = {}};
}

// `cases` persons with one stay of one that is a case, and `others` without; `lost` of either are
// not released.
CareChange Compare(int cases, int others, int lost_cases, int lost_others) {
  CareComparison comparison;
  uint64_t person = 0;
  for (int i = 0; i < cases; ++i) {
    comparison.Add(++person, Care(1, 1), i < lost_cases ? Care(0, 0) : Care(1, 1));
  }
  for (int i = 0; i < others; ++i) {
    comparison.Add(++person, Care(1, 0), i < lost_others ? Care(0, 0) : Care(1, 0));
  }
  return comparison.Finish(Plan(), kMinCell);
}

TEST(CareChangeTest, RatesAreThoseBeforeAndAfter) {
  const CareChange change = Compare(40, 60, 20, 0);
  EXPECT_FALSE(change.readmission.hidden);
  EXPECT_EQ(change.readmission.before.stays, 100);
  EXPECT_EQ(change.readmission.before.rate, 0.4);
  EXPECT_EQ(change.readmission.after.stays, 80);
  EXPECT_EQ(change.readmission.after.rate, 0.25);
  EXPECT_THAT(CareText(change), HasSubstr("40.00 % of 100 stays -> 25.00 % of 80 stays"));
}

TEST(CareChangeTest, NoFigureTellsOfTenPersonsOrFewer) {
  EXPECT_TRUE(Compare(10, 60, 0, 0).readmission.hidden) << "cases";
  EXPECT_TRUE(Compare(40, 10, 0, 0).readmission.hidden) << "the others, who follow from the rate";
  EXPECT_TRUE(Compare(40, 60, 30, 0).readmission.hidden) << "cases after";
  EXPECT_TRUE(Compare(40, 60, 10, 0).readmission.hidden) << "the difference of cases";
  EXPECT_TRUE(Compare(40, 60, 0, 10).readmission.hidden) << "the difference of the others";
  EXPECT_FALSE(Compare(40, 60, 11, 11).readmission.hidden);
  EXPECT_FALSE(Compare(0, 60, 0, 0).readmission.hidden) << "nobody is not a few";
  EXPECT_THAT(CareText(Compare(10, 60, 0, 0)), HasSubstr("readmitted within 30 days: hidden"));
}

TEST(CareChangeTest, RecordsOfOnePersonCountOnce) {
  CareComparison comparison;
  for (int record = 0; record < 20; ++record) comparison.Add(7, Care(1, 1), Care(1, 1));
  EXPECT_TRUE(comparison.Finish(Plan(), kMinCell).readmission.hidden);
}

TEST(CareChangeTest, CostsHaveMeanMedianAndTotalWithFourDigits) {
  CareComparison comparison;
  for (uint64_t person = 1; person <= 21; ++person) {
    const PersonCare care = {.amounts = {static_cast<int64_t>(person * 123'457)}};
    comparison.Add(person, care, care);
  }
  const CareChange change = comparison.Finish(Plan(), kMinCell);
  EXPECT_EQ(change.cost.after.visits, 21);
  EXPECT_EQ(change.cost.after.median, 13'580);  // 11 * 1234.57
  EXPECT_EQ(change.cost.after.mean, 13'580);
  EXPECT_EQ(change.cost.after.total, 285'200);  // 285 185.67
}

TEST(CareChangeTest, CostsAreHiddenIfFewPersonsWereLeftOut) {
  for (const uint64_t left_out : {0, 10, 11}) {
    CareComparison comparison;
    for (uint64_t person = 1; person <= 50; ++person) {
      const PersonCare care = {.amounts = {100}};
      comparison.Add(person, care, person <= left_out ? PersonCare() : care);
    }
    EXPECT_EQ(comparison.Finish(Plan(), kMinCell).cost.hidden, left_out == 10) << left_out;
  }
}

TEST(CareChangeTest, WhatCannotBeMeasuredIsSaid) {
  CareComparison comparison;
  v1::ReleasePlan plan = Plan();
  plan.clear_complications();
  const CareChange nothing = comparison.Finish(plan, kMinCell);
  EXPECT_THAT(CareText(nothing), HasSubstr("the source has no amounts of visits"));
  EXPECT_THAT(CareText(nothing), HasSubstr("the release plan names no complications"));
  EXPECT_THAT(CareText(CareComparison().Finish(Plan(), kMinCell)),
              HasSubstr("no visit with the setting inpatient"));
  v1::ReleasePlan months = Plan();
  months.mutable_dates()->set_unit(v1::MONTHS);
  EXPECT_THAT(CareText(CareComparison().Finish(months, kMinCell)),
              HasSubstr("dates are not released as days"));
}

TEST(CareChangeTest, AProductHasTheMeasuresOfItsColumns) {
  v1::DataProduct product;
  v1::Table& visits = *product.add_tables();
  visits.set_name("visits");
  const auto json = [&] {
    JsonWriter writer;
    writer.BeginObject();
    AddCare(Compare(40, 60, 20, 0), product, &writer);
    return writer.EndObject().Finish();
  };
  EXPECT_EQ(json(), "{}\n");
  visits.add_columns("setting");
  EXPECT_THAT(json(), HasSubstr("readmission_within_30_days"));
  EXPECT_THAT(json(), Not(HasSubstr("cost")));
  EXPECT_THAT(json(), Not(HasSubstr("complication")));
  visits.add_columns("*");
  product.add_tables()->set_name("diagnoses");
  EXPECT_THAT(json(), HasSubstr("the source has no amounts"));
  EXPECT_THAT(json(), HasSubstr("complication_within_90_days"));
}

TEST(CareChangeTest, IsReadAsItWasWritten) {
  const CareChange change = Compare(40, 60, 20, 0);
  std::string bytes;
  AppendCareChange(change, &bytes);
  absl::string_view rest = bytes;
  EXPECT_EQ(CareText(TakeCareChange(&rest)), CareText(change));
  EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace blindlink::agent
