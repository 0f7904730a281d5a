#include "common/plan/plan_defaults.h"

#include <gtest/gtest.h>

namespace blindlink {
namespace {

TEST(PlanDefaults, WhatIsNotWrittenGetsItsDefault) {
  v1::LinkagePlan plan;
  v1::Component& component = *plan.add_match_keys()->add_components();
  component.add_variants()->set_form(v1::SOUNDEX);
  plan.add_columns();
  FillInDefaults(&plan);
  EXPECT_EQ(plan.token_scheme(), v1::HMAC_SHA256);
  EXPECT_EQ(plan.match_keys(0).max_tokens_per_record(), 64u);
  EXPECT_EQ(component.form(), v1::EXACT);
  EXPECT_EQ(component.variants(0).meets(), v1::BASE_ONLY);
  EXPECT_EQ(plan.match_keys(0).usual_tokens(), 1);
  EXPECT_EQ(plan.token_budget(), 32u);
  EXPECT_EQ(plan.columns(0).filled(), 1);
  EXPECT_EQ(plan.scoring().decision(), v1::BY_RULES);
  ASSERT_EQ(plan.entity_rules().joining_levels_size(), 1);
  EXPECT_EQ(plan.entity_rules().joining_levels(0), v1::FULL);
  EXPECT_EQ(plan.entity_rules().max_entity_size(), 50u);
  EXPECT_EQ(plan.limits().max_records_per_token(), 500u);
  EXPECT_EQ(plan.limits().max_reject_share(), 0.10);
  EXPECT_EQ(plan.limits().min_rows_before_reject_share(), 1000u);
  EXPECT_EQ(plan.limits().earliest_year(), 1840u);
}

TEST(PlanDefaults, WhatIsWrittenStays) {
  v1::LinkagePlan plan;
  v1::MatchKey& key = *plan.add_match_keys();
  key.set_max_tokens_per_record(7);
  v1::Component& component = *key.add_components();
  component.set_form(v1::SOUNDEX);
  component.add_variants()->set_meets(v1::BASE_OR_SAME);
  plan.mutable_scoring()->set_decision(v1::BY_SCORE);
  plan.mutable_entity_rules()->add_joining_levels(v1::PARTIAL);
  plan.mutable_entity_rules()->set_max_entity_size(3);
  plan.mutable_limits()->set_max_records_per_token(9);
  FillInDefaults(&plan);
  EXPECT_EQ(key.max_tokens_per_record(), 7u);
  EXPECT_EQ(component.form(), v1::SOUNDEX);
  EXPECT_EQ(component.variants(0).meets(), v1::BASE_OR_SAME);
  EXPECT_EQ(plan.scoring().decision(), v1::BY_SCORE);
  ASSERT_EQ(plan.entity_rules().joining_levels_size(), 1);
  EXPECT_EQ(plan.entity_rules().joining_levels(0), v1::PARTIAL);
  EXPECT_EQ(plan.entity_rules().max_entity_size(), 3u);
  EXPECT_EQ(plan.limits().max_records_per_token(), 9u);
  // A second time changes nothing.
  const std::string once = plan.SerializeAsString();
  FillInDefaults(&plan);
  EXPECT_EQ(plan.SerializeAsString(), once);
}

}  // namespace
}  // namespace blindlink
