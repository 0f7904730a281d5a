#include "agent/clinical/release/person_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

class PersonGroupsTest : public testing::Test {
 protected:
  ReleasePlan Plan(int k) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / "sex.csv", "F;*\nM;*\n", 0600).ok());
    const std::string text = absl::StrCat(
        "name: \"p\" version: 1 purpose: \"test\"\n"
        "products { name: \"core\" level: CORE tables { name: \"persons\" } }\n"
        "dates { first_day: \"2018-01-01\" last_day: \"2020-12-31\" }\n"
        "quasi_identifiers { column: \"sex\" hierarchy: \"sex.csv\" }\n"
        "quasi_identifiers { column: \"birth_year\" ranges { smallest: 1900 largest: 2030 } }\n"
        "targets { k: ",
        k, " }\n");
    EXPECT_TRUE(WriteFileAtomically(folder_ / "plan.textproto", text, 0600).ok());
    const auto plan = ReleasePlan::Load(folder_ / "plan.textproto");
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *plan;
  }

  static PersonTable Persons(const std::vector<std::pair<std::string, std::string>>& people) {
    PersonTable table;
    table.row_count = people.size();
    for (const bool first : {true, false}) {
      TableColumn column{first ? "sex" : "birth_year", {}, {}, {}};
      std::map<std::string, uint32_t> numbers;
      for (const auto& person : people) {
        const std::string& value = first ? person.first : person.second;
        const auto [number, added] = numbers.emplace(value, column.values.size());
        if (added) column.values.push_back(value);
        column.rows.push_back(number->second);
      }
      table.columns.push_back(std::move(column));
    }
    return table;
  }

  static std::map<std::string, int> Groups(const PersonTable& table) {
    std::map<std::string, int> groups;
    for (size_t i = 0; i < table.row_count; ++i) {
      std::string key;
      for (const TableColumn& column : table.columns) {
        absl::StrAppend(&key, column.values[column.rows[i]], "|");
      }
      ++groups[key];
    }
    return groups;
  }

  TemporaryFolder folder_;
};

TEST_F(PersonGroupsTest, EveryGroupHasAtLeastKPersons) {
  std::vector<std::pair<std::string, std::string>> people;
  for (int i = 0; i < 200; ++i)
    people.emplace_back(i % 3 == 0 ? "F" : "M", absl::StrCat(1930 + i % 70));
  const auto groups = GroupPersons(Persons(people), Plan(7));
  ASSERT_TRUE(groups.ok()) << groups.status();
  ASSERT_TRUE(groups->verdict.ok()) << groups->verdict;
  const auto sizes = Groups(groups->recoded);
  EXPECT_GT(sizes.size(), 10u);
  for (const auto& [group, size] : sizes) EXPECT_GE(size, 7) << group;
}

TEST_F(PersonGroupsTest, WhatASiteDoesNotKnowIsAValueOfItsOwn) {
  std::vector<std::pair<std::string, std::string>> people;
  for (int i = 0; i < 60; ++i) people.emplace_back(i % 2 == 0 ? "F" : "", "1950");
  const auto groups = GroupPersons(Persons(people), Plan(7));
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_EQ(Groups(groups->recoded), (std::map<std::string, int>{{"F|1950|", 30}, {"|1950|", 30}}));
}

TEST_F(PersonGroupsTest, AValueThatTheHierarchyLacksIsCountedAndNotShown) {
  const auto groups = GroupPersons(Persons({{"F", "1950"}, {"secret", "1950"}}), Plan(2));
  EXPECT_THAT(std::string(groups.status().message()),
              HasSubstr("the hierarchy of sex lacks a value that 1 persons have"));
  EXPECT_THAT(std::string(groups.status().message()), testing::Not(HasSubstr("secret")));
}

TEST_F(PersonGroupsTest, ANumberOutsideTheRangesIsNotReleasedAndCounted) {
  std::vector<std::pair<std::string, std::string>> people;
  for (int i = 0; i < 40; ++i) people.emplace_back("F", i == 0 ? "2068" : "1950");
  const auto groups = GroupPersons(Persons(people), Plan(7));
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_EQ(groups->out_of_range, 1u);
  for (const auto& [group, size] : Groups(groups->recoded)) EXPECT_GE(size, 7) << group;
}

TEST_F(PersonGroupsTest, FewerPersonsThanKAreNotReleased) {
  const auto groups = GroupPersons(Persons({{"F", "1950"}, {"M", "1951"}}), Plan(7));
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_FALSE(groups->verdict.ok());
}

}  // namespace
}  // namespace blindlink::agent
