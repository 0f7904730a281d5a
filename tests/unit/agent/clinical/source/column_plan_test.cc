#include "agent/clinical/source/column_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Layout& CsvLayout(ClinicalTable table) { return CsvLayouts()[static_cast<size_t>(table)]; }

int ColumnOf(const ColumnPlan& plan, ClinicalRole role) {
  return plan.column_of[static_cast<size_t>(role)];
}

TEST(ColumnPlanTest, HeadersOfASitesOwnTablesAreRecognizedWhateverTheirSpelling) {
  const std::vector<std::string> headers = {"Claim ID",       "LOCAL_ID", "from-date",
                                            "Discharge Date", "payer",    "House"};
  const auto plan = PlanColumns(CsvLayout(ClinicalTable::kVisits), headers, {}, {});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kVisit), 0);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kPerson), 1);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kStart), 2);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kEnd), 3);
  EXPECT_THAT(plan->unused, ElementsAre(5u));
}

TEST(ColumnPlanTest, StatedColumnsComeFirstAndAnEmptyOneLeavesTheRoleOut) {
  const auto stated = StatedColumns::Parse("diagnoses.text=Befund, diagnoses.code=");
  ASSERT_TRUE(stated.ok()) << stated.status();
  const std::vector<std::string> headers = {"claim_id", "code", "name", "befund"};
  const auto plan = PlanColumns(CsvLayout(ClinicalTable::kDiagnoses), headers, *stated, {});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kName), 3);
  EXPECT_FALSE(plan->Has(ClinicalRole::kCode));
}

TEST(ColumnPlanTest, OfAPersonsColumnsOnlyKnownAndWantedOnesAreTaken) {
  const std::vector<std::string> headers = {"local_id", "first",     "ssn",
                                            "race",     "Education", "BILDUNG"};
  const auto stated = StatedColumns::Parse("persons.schooling=bildung");
  ASSERT_TRUE(stated.ok());
  const auto plan =
      PlanColumns(CsvLayout(ClinicalTable::kPersons), headers, *stated, {"education"});
  ASSERT_TRUE(plan.ok());
  std::vector<std::string> names;
  for (const ColumnPlan::Further& each : plan->further) names.push_back(each.name);
  EXPECT_THAT(names, ElementsAre("schooling", "race", "education"));
  EXPECT_THAT(plan->unused, ElementsAre(1u, 2u));
}

TEST(ColumnPlanTest, SexBirthDeathAndZipAreNeverFurtherColumns) {
  const std::vector<std::string> headers = {"local_id", "Sex", "zip3", "Birth-Year", "DEATH"};
  const auto stated = StatedColumns::Parse("persons.death=DEATH");
  ASSERT_TRUE(stated.ok());
  const auto plan =
      PlanColumns(CsvLayout(ClinicalTable::kPersons), headers, *stated,
                  {"sex", "zip", "zip3", "birth_year", "birth_date", "death", "ZIP3", "dob"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(plan->further.empty());
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kSex), 1);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kZip), 2);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kBirthYear), 3);
  EXPECT_EQ(ColumnOf(*plan, ClinicalRole::kDeath), 4);
  for (const char* statement : {"persons.region=zip3", "persons.cohort=birth_year"}) {
    const auto other_name = StatedColumns::Parse(statement);
    ASSERT_TRUE(other_name.ok());
    EXPECT_THAT(PlanColumns(CsvLayout(ClinicalTable::kPersons), headers, *other_name, {})
                    .status()
                    .message(),
                HasSubstr("not passed as it is"));
  }
}

TEST(ColumnPlanTest, WrongStatementsAreRefusedWithWhatExists) {
  EXPECT_THAT(StatedColumns::Parse("diagnoses.name").status().message(), HasSubstr("TABLE.ROLE"));
  EXPECT_THAT(StatedColumns::Parse("dx.name=a").status().message(), HasSubstr("diagnoses"));
  EXPECT_THAT(StatedColumns::Parse("visits.nmae=a").status().message(),
              HasSubstr("control_number"));
  const auto stated = StatedColumns::Parse("visits.start=FROM");
  ASSERT_TRUE(stated.ok());
  const std::vector<std::string> headers = {"claim_id", "patient_id", "start_date"};
  const auto plan = PlanColumns(CsvLayout(ClinicalTable::kVisits), headers, *stated, {});
  EXPECT_THAT(plan.status().message(), HasSubstr("\"FROM\""));
}

TEST(ColumnPlanTest, AFileNamesTheTablesThatItSpeaksOf) {
  EXPECT_THAT(TablesNamedBy("claims_diagnoses.csv.gz"),
              ElementsAre(ClinicalTable::kDiagnoses, ClinicalTable::kVisits));
  EXPECT_THAT(TablesNamedBy("Medical_Claims_2019.csv"), ElementsAre(ClinicalTable::kVisits));
  EXPECT_THAT(TablesNamedBy("notes.txt"), ElementsAre());
}

}  // namespace
}  // namespace blindlink::agent
