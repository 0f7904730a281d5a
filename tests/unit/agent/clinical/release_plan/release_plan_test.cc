#include "agent/clinical/release_plan/release_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

constexpr char kHead[] = "name: \"falls\"\nversion: 1\npurpose: \"study\"\n";

std::string MistakeOf(const std::string& rest) {
  const absl::StatusOr<ReleasePlan> plan = ReleasePlan::Parse(absl::StrCat(kHead, rest));
  EXPECT_FALSE(plan.ok());
  return plan.ok() ? "" : std::string(plan.status().message());
}

TEST(ReleasePlanTest, DefaultsAreFilledIn) {
  const absl::StatusOr<ReleasePlan> plan = ReleasePlan::Parse(
      absl::StrCat(kHead, "codes { code_system: \"ICD-10-CM\" }\n",
                   "quasi_identifiers { column: \"age\" ranges { largest: 120 } }\n"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->proto().codes(0).min_persons(), 11);
  EXPECT_EQ(plan->proto().quasi_identifiers(0).weight(), 1);
  EXPECT_EQ(plan->proto().quasi_identifiers(0).ranges().step(), 1);
  EXPECT_EQ(plan->proto().targets().k(), 11);
  EXPECT_DOUBLE_EQ(plan->proto().targets().max_risk(), 1.0 / 11);
  EXPECT_EQ(plan->proto().targets().min_cell(), 11);
}

TEST(ReleasePlanTest, TheRiskThatIsAcceptableByDefaultFollowsK) {
  const absl::StatusOr<ReleasePlan> plan =
      ReleasePlan::Parse(absl::StrCat(kHead, "targets { k: 5 }"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_DOUBLE_EQ(plan->proto().targets().max_risk(), 0.2);
}

TEST(ReleasePlanTest, TheDigestIsThatOfTheExactBytes) {
  const absl::StatusOr<ReleasePlan> plan = ReleasePlan::Parse(kHead);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->digest(), Sha256Of(kHead));
}

TEST(ReleasePlanTest, AnUnknownFieldIsNamedWithItsLine) {
  EXPECT_THAT(MistakeOf("targets { kk: 5 }"), HasSubstr("4:"));
}

TEST(ReleasePlanTest, AColumnThatIsListedTwiceIsAMistake) {
  EXPECT_THAT(MistakeOf("quasi_identifiers { column: \"sex\" hierarchy: \"s.csv\" }\n"
                        "quasi_identifiers { column: \"sex\" hierarchy: \"s.csv\" }\n"),
              HasSubstr("5:21: quasi_identifiers[2].column: is a duplicate"));
}

TEST(ReleasePlanTest, AQuasiIdentifierNeedsAHierarchyOrRanges) {
  EXPECT_THAT(MistakeOf("quasi_identifiers { column: \"sex\" }"),
              HasSubstr("name a hierarchy file or give ranges"));
}

TEST(ReleasePlanTest, ASensitiveColumnIsNoQuasiIdentifier) {
  EXPECT_THAT(MistakeOf("quasi_identifiers { column: \"sex\" hierarchy: \"s.csv\" }\n"
                        "targets { sensitive { column: \"sex\" distinct: 2 } }"),
              HasSubstr("targets.sensitive[1].column"));
}

TEST(ReleasePlanTest, DaysMustExist) {
  EXPECT_THAT(MistakeOf("dates { first_day: \"2023-02-29\" last_day: \"2024-12-31\" }"),
              HasSubstr("dates.first_day: must be a day"));
}

TEST(ReleasePlanTest, SharesAreFromZeroToOne) {
  EXPECT_THAT(MistakeOf("targets { max_suppressed: 1.5 }"), HasSubstr("must be from 0 to 1"));
}

TEST(ReleasePlanTest, AMissingFileIsNamed) {
  EXPECT_THAT(std::string(ReleasePlan::Load("/nowhere/plan.textproto").status().message()),
              HasSubstr("/nowhere/plan.textproto"));
}

}  // namespace
}  // namespace blindlink::agent
