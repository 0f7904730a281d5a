#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "common/base/files.h"
#include "common/plan/plan.h"
#include "common/plan/site_columns.h"

namespace blindlink {
namespace {

std::map<std::string, Plan> ShippedPlans() {
  std::map<std::string, Plan> plans;
  const std::filesystem::path folder =
      std::filesystem::path(BLINDLINK_SOURCE_DIR) / "deploy" / "plans";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto text = ReadFile(entry.path());
    if (!text.ok()) {
      ADD_FAILURE() << text.status();
      continue;
    }
    auto plan = Plan::Parse(*text);
    if (!plan.ok()) {
      ADD_FAILURE() << entry.path() << ": " << plan.status();
      continue;
    }
    plans.emplace(entry.path().stem().string(), *std::move(plan));
  }
  return plans;
}

TEST(ShippedPlans, AllAreValidAndNamedAsTheirFile) {
  const auto plans = ShippedPlans();
  EXPECT_EQ(plans.size(), 13u);
  for (const auto& [name, plan] : plans) EXPECT_EQ(plan.proto().name(), name);
}

TEST(ShippedPlans, TheLeanPlanSendsLessEvidenceThanTheDefault) {
  const auto plans = ShippedPlans();
  ASSERT_TRUE(plans.contains("us-lean"));
  ASSERT_TRUE(plans.contains("us-default"));
  const auto widest = [](const Plan& plan) {
    size_t width = 0;
    for (size_t i = 0; i < plan.match_keys().size(); ++i) {
      width = std::max(width, plan.evidence().WidthOf(i));
    }
    return width;
  };
  EXPECT_LT(4 * widest(plans.at("us-lean")), 3 * widest(plans.at("us-default")));
  EXPECT_LE(plans.at("us-lean").match_keys().size(), 14u);
}

TEST(ShippedPlans, OnlyTheFirstMiniSentinelPhaseHasPartialMatches) {
  for (const auto& [name, plan] : ShippedPlans()) {
    bool partial = false;
    for (const v1::MatchRule& rule : plan.proto().match_rules()) {
      partial = partial || rule.level() == v1::PARTIAL;
    }
    EXPECT_EQ(partial, name == "mini-sentinel-phase1") << name;
  }
}

TEST(ShippedPlans, TheSecondMiniSentinelPhaseHasTheReportsFiveRules) {
  const auto plans = ShippedPlans();
  ASSERT_TRUE(plans.contains("mini-sentinel-phase2"));
  EXPECT_EQ(plans.at("mini-sentinel-phase2").proto().match_rules_size(), 5);
}

TEST(ShippedPlans, Jmdc27HasTwentySevenMatchKeysAndARuleForEach) {
  const auto plans = ShippedPlans();
  ASSERT_TRUE(plans.contains("jmdc-27"));
  EXPECT_EQ(plans.at("jmdc-27").match_keys().size(), 27u);
  EXPECT_EQ(plans.at("jmdc-27").proto().match_rules_size(), 27);
}

TEST(ShippedPlans, TheDefaultPlanHasSpareMatchKeysWhichAreOffUnlessColumnsAreStated) {
  const auto plans = ShippedPlans();
  ASSERT_TRUE(plans.contains("us-default"));
  EXPECT_EQ(plans.at("us-default").match_keys().size(), 26u);
  EXPECT_GT(plans.at("us-default").choices().size(), 40u);
}

// Tokens that a record is expected to have under the default plan if the sites have these columns.
double ExpectedTokens(absl::string_view columns) {
  const std::string file = std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/us-default.textproto";
  const auto text = PlanForSites(*ReadFile(file), {*ParseSiteColumns(columns)});
  const auto plan = Plan::Parse(*text);
  double tokens = 0;
  for (const MatchKeyChoice& choice : plan->choices()) {
    if (choice.state == MatchKeyState::kOn) tokens += choice.tokens;
  }
  return tokens;
}

TEST(ShippedPlans, TheDefaultPlanSpendsItsBudgetOnWhatTheSitesHave) {
  EXPECT_GT(ExpectedTokens("first_name,last_name,sex,date_of_birth,city,phone"), 25);
  EXPECT_GT(ExpectedTokens("first_name,last_name,date_of_birth"), 15);
  EXPECT_LE(ExpectedTokens("first_name,last_name,sex,date_of_birth,city,phone,zip,email"), 28);
}

TEST(ShippedPlans, TheDefaultPlanIsUnchangedForSitesThatHaveEverything) {
  EXPECT_EQ(
      ExpectedTokens("first_name,middle_name,last_name,suffix,date_of_birth,sex,street_address,"
                     "address_line2,city,state,zip,phone,email,ssn"),
      29.25);
}

}  // namespace
}  // namespace blindlink
