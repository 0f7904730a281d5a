#include "researcher/timeline/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

using testing::HasSubstr;

std::string HeaderFault(Table table, const std::vector<std::string>& header) {
  return std::string(TableLayout::Of(table, header, "x.csv").status().message());
}

TEST(Tables, AHeaderMustBeginWithTheRecord) {
  EXPECT_THAT(HeaderFault(Table::kPersons, {"sex", "record"}), HasSubstr("'record'"));
  EXPECT_THAT(HeaderFault(Table::kPersons, {}), HasSubstr("'record'"));
}

TEST(Tables, AMissingOrDoubledColumnIsNamed) {
  EXPECT_THAT(HeaderFault(Table::kVisits, {"record", "visit", "start", "end"}),
              HasSubstr("'receipt'"));
  EXPECT_THAT(HeaderFault(Table::kPersons, {"record", "sex", "sex"}), HasSubstr("'sex'"));
}

TEST(Tables, ColumnsAreFoundByName) {
  const auto layout =
      TableLayout::Of(Table::kEnrolment, {"record", "end", "start", "payer"}, "x.csv");
  ASSERT_TRUE(layout.ok());
  RawRow row;
  row.Split("2020-12-31,2020-01-01,acme");
  EXPECT_EQ(row.Get(*layout, Field::kStart), "2020-01-01");
  EXPECT_EQ(row.Get(*layout, Field::kEnd), "2020-12-31");
  EXPECT_EQ(row.Get(*layout, Field::kAmount), "");
}

TEST(Tables, OfThePersonsAllColumnsButDeathAreQuasiIdentifiers) {
  const auto layout = TableLayout::Of(Table::kPersons, {"record", "sex", "death", "name"}, "x.csv");
  ASSERT_TRUE(layout.ok());
  ASSERT_EQ(layout->quasi_identifiers().size(), 2u);
  EXPECT_EQ(layout->quasi_identifiers()[1].second, "name");
  EXPECT_EQ(layout->ColumnOf(Field::kDeath), 1u);
}

TEST(Tables, CommasAndDoubledQuotesWithinQuotesBelongToTheirField) {
  RawRow row;
  row.Split("a,\"b, c\",\"say \"\"d\"\"\",,\"\"");
  ASSERT_EQ(row.size(), 5u);
  EXPECT_EQ(Unquoted(row[1]), "b, c");
  EXPECT_EQ(Unquoted(row[2]), "say \"d\"");
  EXPECT_EQ(row[3], "");
  EXPECT_EQ(Unquoted(row[4]), "");
}

}  // namespace
}  // namespace blindlink::researcher
