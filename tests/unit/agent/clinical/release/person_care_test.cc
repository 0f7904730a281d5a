#include "agent/clinical/release/person_care.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

ClinicalRow Stay(int first, int last, const std::string& amount = "") {
  ClinicalRow row;
  row.table = ClinicalTable::kVisits;
  row.setting = "inpatient";
  row.start = absl::CivilDay(2020, 1, 1) + first;
  row.end = absl::CivilDay(2020, 1, 1) + last;
  row.amount = amount;
  return row;
}

ClinicalRow Diagnosis(int day, const std::string& code, const std::string& certainty = "definite") {
  ClinicalRow row;
  row.table = ClinicalTable::kDiagnoses;
  row.start = absl::CivilDay(2020, 1, 1) + day;
  row.code = code;
  row.code_system = "ICD-10-CM";
  row.certainty = certainty;
  return row;
}

v1::ReleasePlan Naming(const std::string& code) {
  v1::ReleasePlan plan;
  v1::CodeList& list = *plan.add_complications();
  list.set_code_system("ICD-10-CM");
  list.add_codes(code);
  return plan;
}

PersonCare Measure(const std::vector<ClinicalRow>& rows, const v1::ReleasePlan& plan) {
  Complications complications(plan, nullptr);
  return CareOf(rows, &complications);
}

TEST(PersonCareTest, AStayIsReadmittedIfAnotherBegins1To30DaysAfterItsEnd) {
  const v1::ReleasePlan plan;
  EXPECT_EQ(Measure({Stay(0, 5), Stay(5, 6)}, plan).readmitted, 0);  // moved to another ward
  EXPECT_EQ(Measure({Stay(0, 5), Stay(6, 7)}, plan).readmitted, 1);
  EXPECT_EQ(Measure({Stay(35, 36), Stay(0, 5)}, plan).readmitted, 1);
  EXPECT_EQ(Measure({Stay(0, 5), Stay(36, 37)}, plan).readmitted, 0);
  ClinicalRow outpatient = Stay(10, 10);
  outpatient.setting = "outpatient";
  const PersonCare care = Measure({Stay(0, 5), outpatient}, plan);
  EXPECT_EQ(care.stays, 1);
  EXPECT_EQ(care.readmitted, 0);
}

TEST(PersonCareTest, AStayIsComplicatedByAListedCode1To90DaysAfterItsEnd) {
  const v1::ReleasePlan plan = Naming("T81");
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(5, "T81.4XXA")}, plan).complicated, 0);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "T81.4XXA")}, plan).complicated, 1);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(95, "t814xxa")}, plan).complicated, 1);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(96, "T81.4XXA")}, plan).complicated, 0);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "T82.0")}, plan).complicated, 0);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "T81.4XXA", "history")}, plan).complicated, 0);
}

TEST(PersonCareTest, AGroupIsListedByItsNameAndNeverTakenForItsFirstCode) {
  const v1::ReleasePlan plan = Naming("T80-T88");
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "T80-T88")}, plan).complicated, 1);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "S00-T88")}, plan).complicated, 0);
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "T80-T88")}, Naming("T80")).complicated, 0);
}

TEST(PersonCareTest, WhatThePlanKeepsWholeIsTheListIfItNamesNoComplications) {
  v1::ReleasePlan plan;
  v1::CodeRule& rule = *plan.add_codes();
  rule.set_code_system("ICD-10-CM");
  rule.add_keep("O85");
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "O85")}, plan).complicated, 1);
  *plan.mutable_complications() = Naming("T81").complications();
  EXPECT_EQ(Measure({Stay(0, 5), Diagnosis(6, "O85")}, plan).complicated, 0);
}

TEST(PersonCareTest, ReleasedRowsAreMeasuredLikeTheSource) {
  std::vector<ReleaseRow> rows(4);
  for (int i = 0; i < 3; ++i) {
    rows[i].table = ClinicalTable::kVisits;
    rows[i][C::kSetting] = "inpatient";
  }
  rows[0][C::kStart] = "2020-01-01";
  rows[0][C::kEnd] = "2020-01-06";
  rows[0][C::kAmount] = "12.50";
  rows[1][C::kStart] = "2020-02-01";
  rows[2][C::kStart] = "2020-06";  // no day
  rows[2][C::kAmount] = "2.00";
  rows[3].table = ClinicalTable::kDiagnoses;
  rows[3][C::kStart] = "2020-01-20";
  rows[3][C::kCode] = "T81";
  rows[3][C::kCodeSystem] = "ICD-10-CM";
  Complications complications(Naming("T81"), nullptr);
  const PersonCare care = CareOf(rows, &complications);
  EXPECT_EQ(care.stays, 2);
  EXPECT_EQ(care.readmitted, 1);
  EXPECT_EQ(care.complicated, 1);
  EXPECT_EQ(care.amounts, (std::vector<int64_t>{200, 1250}));
}

TEST(PersonCareTest, IsReadAsItWasWritten) {
  const PersonCare care = Measure({Stay(0, 5, "875.90"), Stay(6, 7, "-3.00")}, Naming("T81"));
  std::string bytes;
  AppendCare(care, &bytes);
  absl::string_view rest = bytes;
  EXPECT_EQ(TakeCare(&rest), care);
  EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace blindlink::agent
