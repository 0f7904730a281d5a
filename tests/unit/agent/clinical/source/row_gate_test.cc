#include "agent/clinical/source/row_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::agent {
namespace {

using ::testing::StrEq;

const absl::CivilDay kDay(2020, 2, 3);

class RowGateTest : public ::testing::Test {
 protected:
  const char* Admit(ClinicalRow row) {
    const auto refusal = gate_.Admit(&row);
    last_ = row;
    return refusal->reason == nullptr ? "" : refusal->reason;
  }
  static ClinicalRow Person(const std::string& id) {
    ClinicalRow row;
    row.person = id;
    return row;
  }
  static ClinicalRow Visit(const std::string& person, const std::string& visit) {
    ClinicalRow row;
    row.table = ClinicalTable::kVisits;
    row.person = person;
    row.visit = visit;
    row.start = kDay;
    return row;
  }
  static ClinicalRow Event(ClinicalTable table, const std::string& visit) {
    ClinicalRow row;
    row.table = table;
    row.visit = visit;
    row.name = "words";
    return row;
  }

  RowGate gate_{[](const ClinicalRow&) { return absl::OkStatus(); }};
  ClinicalRow last_;
};

TEST_F(RowGateTest, AnEventTakesPersonDayAndPositionFromItsVisit) {
  EXPECT_THAT(Admit(Visit("P1", "V1")), StrEq(""));
  EXPECT_THAT(Admit(Event(ClinicalTable::kDiagnoses, "V1")), StrEq(""));
  EXPECT_THAT(Admit(Event(ClinicalTable::kDiagnoses, "V1")), StrEq(""));
  EXPECT_EQ(last_.person, "P1");
  EXPECT_EQ(last_.start, kDay);
  EXPECT_EQ(last_.seq, 2u);
  EXPECT_THAT(Admit(Event(ClinicalTable::kDrugs, "V1")), StrEq(""));
  EXPECT_EQ(last_.seq, 1u);
}

TEST_F(RowGateTest, ACodeWithoutSystemGetsTheOneOfItsForm) {
  EXPECT_THAT(Admit(Visit("P1", "V1")), StrEq(""));
  ClinicalRow event = Event(ClinicalTable::kDiagnoses, "V1");
  event.code = "E11.9";
  EXPECT_THAT(Admit(event), StrEq(""));
  EXPECT_EQ(last_.code_system, "ICD-10-CM");
  event.code = "";
  event.code_system = "ICD-10-CM";
  EXPECT_THAT(Admit(event), StrEq(""));
  EXPECT_EQ(last_.code_system, "");
}

TEST_F(RowGateTest, RowsThatContradictOthersAreRefusedWithTheReason) {
  EXPECT_THAT(Admit(Person("")), StrEq("no-person-id"));
  EXPECT_THAT(Admit(Person("P1")), StrEq(""));
  EXPECT_THAT(Admit(Person("P1")), StrEq("duplicate-person"));
  EXPECT_THAT(Admit(Visit("P2", "V1")), StrEq("unknown-person"));
  EXPECT_THAT(Admit(Visit("P1", "")), StrEq("no-visit-id"));
  EXPECT_THAT(Admit(Visit("P1", "V1")), StrEq(""));
  EXPECT_THAT(Admit(Visit("P1", "V1")), StrEq("duplicate-visit"));
  EXPECT_THAT(Admit(Event(ClinicalTable::kDiagnoses, "V9")), StrEq("unknown-visit"));
  EXPECT_THAT(Admit(Event(ClinicalTable::kDiagnoses, "")), StrEq("no-visit-id"));
  ClinicalRow event = Event(ClinicalTable::kProcedures, "V1");
  event.person = "P2";
  EXPECT_THAT(Admit(event), StrEq("another-person"));
  event.person = "";
  event.name = "";
  EXPECT_THAT(Admit(event), StrEq("no-code-or-name"));
}

TEST_F(RowGateTest, PeriodsEndAfterTheyStart) {
  ClinicalRow visit = Visit("P1", "V1");
  visit.end = kDay - 1;
  EXPECT_THAT(Admit(visit), StrEq("end-before-start"));
  visit.start.reset();
  EXPECT_THAT(Admit(visit), StrEq("no-date"));
  visit.table = ClinicalTable::kEnrolment;
  EXPECT_THAT(Admit(visit), StrEq("no-date"));
  visit.start = visit.end = kDay;
  EXPECT_THAT(Admit(visit), StrEq(""));
}

TEST_F(RowGateTest, ADrugMayHaveNoVisitIfPersonAndDayAreKnown) {
  EXPECT_THAT(Admit(Person("P1")), StrEq(""));
  ClinicalRow drug = Event(ClinicalTable::kDrugs, "");
  EXPECT_THAT(Admit(drug), StrEq("no-date"));
  drug.start = kDay;
  EXPECT_THAT(Admit(drug), StrEq("no-person-id"));
  drug.person = "P2";
  EXPECT_THAT(Admit(drug), StrEq("unknown-person"));
  drug.person = "P1";
  EXPECT_THAT(Admit(drug), StrEq(""));
  EXPECT_EQ(last_.seq, 0u);
}

TEST(RowGatePersonTest, ADeathBeforeTheBirthIsTakenAway) {
  ClinicalRow person;
  person.birth = absl::CivilDay(1950, 2, 1);
  person.birth_year = 1950;
  person.death = absl::CivilDay(1950, 2, 1);
  EXPECT_TRUE(DropDeathBeforeBirth(&person));
  EXPECT_TRUE(person.death.has_value());
  person.death = absl::CivilDay(1950, 1, 31);
  EXPECT_FALSE(DropDeathBeforeBirth(&person));
  EXPECT_FALSE(person.death.has_value());
  person.birth.reset();
  person.death = absl::CivilDay(1949, 12, 31);
  EXPECT_FALSE(DropDeathBeforeBirth(&person));
}

}  // namespace
}  // namespace blindlink::agent
