#include "common/plan/site_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/plan/plan.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr char kPlan[] = R"(
name: "tiny"
version: 1
description: "For tests."
standardizer_version: "3"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
fields { name: "zip" standardizer: POSTAL_CODE }
match_keys { name: "name" id: 1 components { field: "first_name" } components { field: "last_name" } }
evidence { field: "first_name" }
scoring { decision: BY_SCORE }
)";
constexpr char kSpare[] = R"(
match_keys {
  name: "last-zip" id: 2 spare: true components { field: "last_name" } components { field: "zip" }
}
)";

SiteColumns Columns(absl::string_view text) {
  const auto columns = ParseSiteColumns(text);
  if (!columns.ok()) ADD_FAILURE() << columns.status();
  return *columns;
}

TEST(SiteColumns, TheTextGoesThereAndBackWithSharesRoundedUp) {
  EXPECT_EQ(SiteColumnsText(Columns("last_name,zip=0.931,sex=0.001")),
            "last_name=1,zip=0.94,sex=0.01");
  EXPECT_EQ(SiteColumnsText(Columns("zip=0.29")), "zip=0.29");
}

TEST(SiteColumns, WrongTextsAreRefused) {
  for (const char* text : {"", "zip=0", "zip=1.01", "zip=nan", "zip=x", "=1", "a\"}=1"}) {
    EXPECT_FALSE(ParseSiteColumns(text).ok()) << text;
  }
}

TEST(SiteColumns, AProjectHasTheColumnsThatTwoOfItsSitesHave) {
  const auto text = PlanForSites(absl::StrCat(kPlan, kSpare),
                                 {Columns("first_name,last_name,zip=0.2"),
                                  Columns("last_name=0.9,zip=0.5"), Columns("first_name=0.3")});
  ASSERT_TRUE(text.ok()) << text.status();
  const auto plan = Plan::Parse(*text);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(SiteColumnsText({plan->proto().columns().begin(), plan->proto().columns().end()}),
            "first_name=1,last_name=1,zip=0.5");
  EXPECT_EQ(plan->match_keys().size(), 2u);
}

TEST(SiteColumns, ASingleSiteDecidesAlone) {
  const auto text = PlanForSites(absl::StrCat(kPlan, kSpare), {Columns("first_name,last_name")});
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(Plan::Parse(*text)->match_keys().size(), 1u);
}

TEST(SiteColumns, APlanWithoutSpareMatchKeysStaysAsItIs) {
  const auto text = PlanForSites(kPlan, {Columns("first_name,last_name")});
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, kPlan);
}

TEST(SiteColumns, WhatCannotBeMadeIsRefused) {
  const std::string plan = absl::StrCat(kPlan, kSpare);
  const auto twice = PlanForSites(
      absl::StrCat(plan, "columns { field: \"first_name\" } ", "columns { field: \"last_name\" }"),
      {Columns("first_name,last_name")});
  EXPECT_THAT(std::string(twice.status().message()), HasSubstr("lists columns already"));
  const auto nothing = PlanForSites(plan, {Columns("first_name"), Columns("last_name")});
  EXPECT_FALSE(nothing.ok());
  const auto unknown = PlanForSites(plan, {Columns("first_name,last_name,shoe_size")});
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("no such field"));
}

}  // namespace
}  // namespace blindlink
