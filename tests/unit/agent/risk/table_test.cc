#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/risk/hierarchy_file.h"
#include "agent/risk/person_table.h"
#include "agent/risk/quasi_table.h"
#include "agent/risk/row_alignment.h"
#include "tests/unit/agent/risk/risk_samples.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string MistakeOf(const absl::StatusOr<PersonTable>& table) {
  EXPECT_FALSE(table.ok());
  return std::string(table.status().message());
}

QuasiColumns SexColumn() {
  QuasiColumns columns;
  columns.columns.push_back(
      {"sex", "sex.csv", *ReadHierarchy(WriteSample("sex.csv", "F;*\nM;*\n")), 1});
  return columns;
}

TEST(PersonTableTest, TheDelimiterIsRecognized) {
  for (const std::string text : {"sex;age\nF;1\n", "sex,age\nF,1\n", "sex\tage\nF\t1\n"}) {
    const absl::StatusOr<PersonTable> table = ReadPersonTable(WriteSample("t.csv", text));
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->columns.size(), 2);
    EXPECT_EQ(table->row_count, 1);
  }
}

TEST(PersonTableTest, BadTablesAreRefusedWithTheLine) {
  EXPECT_THAT(MistakeOf(ReadPersonTable(WriteSample("t.csv", "a;b\n1;2\n3\n"))),
              HasSubstr("line 3: has 1 columns, the first line has 2"));
  EXPECT_THAT(MistakeOf(ReadPersonTable(WriteSample("t.csv", "a;a\n1;2\n"))),
              HasSubstr("column 2 has the name of an earlier column"));
  EXPECT_THAT(MistakeOf(ReadPersonTable(WriteSample("t.csv", "a;b\n"))), HasSubstr("no rows"));
  EXPECT_THAT(MistakeOf(ReadPersonTable(WriteSample("t.csv", ""))), HasSubstr("is empty"));
}

TEST(QuasiTableTest, AValueOutsideTheHierarchyIsNamedByLineAndNotQuoted) {
  const absl::StatusOr<PersonTable> table =
      ReadPersonTable(WriteSample("t.csv", "id;sex\n1;F\n2;SECRET\n"));
  const absl::StatusOr<QuasiTable> cells = FindCells(SexColumn(), *table, false);
  EXPECT_THAT(
      std::string(cells.status().message()),
      AllOf(HasSubstr("line 3, column 'sex'"), HasSubstr("sex.csv"), Not(HasSubstr("SECRET"))));
}

TEST(QuasiTableTest, AMissingColumnIsNamedWithThoseThereAre) {
  const absl::StatusOr<PersonTable> table =
      ReadPersonTable(WriteSample("t.csv", "id;gender\n1;F\n"));
  EXPECT_THAT(std::string(FindCells(SexColumn(), *table, false).status().message()),
              AllOf(HasSubstr("no column 'sex'"), HasSubstr("id, gender")));
}

TEST(QuasiTableTest, GroupsAreAcceptedOnlyInAReleasedTable) {
  const absl::StatusOr<PersonTable> table = ReadPersonTable(WriteSample("t.csv", "sex;x\n*;1\n"));
  EXPECT_FALSE(FindCells(SexColumn(), *table, false).ok());
  EXPECT_TRUE(FindCells(SexColumn(), *table, true).ok());
}

TEST(QuasiTableTest, RisksAreComparedAsThresholdsAreWritten) {
  v1::PrivacyTargets targets;
  targets.set_k(2);
  targets.set_max_risk(0.09);
  EXPECT_EQ(SmallestGroup(targets), 11);
  targets.set_max_risk(0.33);
  EXPECT_EQ(SmallestGroup(targets), 3);
  targets.set_population(1000);
  EXPECT_EQ(SmallestGroup(targets), 2);
}

TEST(RowAlignmentTest, RowsWithTheSameKeyBelongTogether) {
  const absl::StatusOr<PersonTable> a = ReadPersonTable(WriteSample("a.csv", "id;sex\n1;F\n2;M\n"));
  const absl::StatusOr<PersonTable> b = ReadPersonTable(WriteSample("b.csv", "id;sex\n3;F\n1;M\n"));
  const auto rows = AlignRows(*a, *b, "id");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, testing::ElementsAre(1, kNoRow));
}

TEST(RowAlignmentTest, AKeyThatNamesTwoRowsIsRefused) {
  const absl::StatusOr<PersonTable> a = ReadPersonTable(WriteSample("a.csv", "id;sex\n1;F\n1;M\n"));
  EXPECT_THAT(std::string(AlignRows(*a, *a, "id").status().message()), HasSubstr("line 3"));
}

}  // namespace
}  // namespace blindlink::agent
