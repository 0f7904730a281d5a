#include "agent/clinical/release_plan/release_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

constexpr char kPlan[] = R"(name: "claims"
version: 1
purpose: "study 7, by consent"
products { name: "core" level: CORE tables { name: "visits" } }
dates { first_day: "2018-01-01" last_day: "2020-12-31" }
quasi_identifiers { column: "sex" hierarchy: "sex.csv" }
)";

std::string MistakesOf(const std::string& text) {
  return std::string(ReleasePlan::Parse(text).status().message());
}

std::string With(absl::string_view what, absl::string_view instead) {
  return absl::StrReplaceAll(kPlan, {{what, instead}});
}

TEST(ReleasePlanTest, DefaultsAreFilledIn) {
  const auto plan = ReleasePlan::Parse(kPlan);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->proto().dates().shift_days(), 182u);
  EXPECT_EQ(plan->proto().dates().oldest_age(), 89u);
  EXPECT_EQ(plan->proto().targets().k(), 11u);
  EXPECT_EQ(plan->proto().targets().min_cell(), 11u);
  EXPECT_DOUBLE_EQ(plan->proto().terms().min_right(), 0.99);
  EXPECT_DOUBLE_EQ(plan->proto().quasi_identifiers(0).weight(), 1);
}

TEST(ReleasePlanTest, TheDigestIsThatOfTheExactText) {
  const auto one = ReleasePlan::Parse(kPlan);
  const auto other = ReleasePlan::Parse(absl::StrCat("# a comment\n", kPlan));
  EXPECT_NE(one->digest(), other->digest());
  EXPECT_EQ(one->digest(), Sha256Of(kPlan));
}

TEST(ReleasePlanTest, TheShippedPlanIsValid) {
  const auto plan =
      ReleasePlan::Load(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/release/claims.textproto");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(
      std::filesystem::exists(plan->Beside(plan->proto().quasi_identifiers(0).hierarchy())));
}

TEST(ReleasePlanTest, AMistakeIsSaidWithItsPlaceAndWhatToWrite) {
  const std::pair<std::string, const char*> mistakes[] = {
      {With("name: \"claims\"", "name: \"Claims!\""), "1:"},
      {With("purpose: \"study 7, by consent\"\n", ""), "who needs the data"},
      {With("version: 1\n", ""), "which edition"},
      {With("level: CORE", ""), "write CORE or DETAILED"},
      {With("tables { name: \"visits\" }", ""), "which tables"},
      {With("first_day: \"2018-01-01\"", "first_day: \"1.1.2018\""), "a day such as"},
      {With("last_day: \"2020-12-31\"", "last_day: \"2018-10-31\""), "longer period"},
      {With("hierarchy: \"sex.csv\"", ""), "a file beside the plan"},
      {With("hierarchy: \"sex.csv\"", "hierarchy: \"../sex.csv\""), "without a folder"},
      {With("hierarchy: \"sex.csv\"", "ranges { smallest: 5 largest: 5 }"), "less than largest"},
      {absl::StrCat(kPlan, "colour: \"red\"\n"), "7:"},
      {absl::StrCat(kPlan, "targets { k: 1 }\n"), "2 or more"},
      {absl::StrCat(kPlan, "targets { max_risk: 2 }\n"), "at most 1"},
      {absl::StrCat(kPlan, "terms { min_right: 1.5 }\n"), "less than 1"},
      {absl::StrCat(kPlan, "terms { dictionary: \"abc\" }\n"), "64 lower-case"},
      {absl::StrCat(kPlan, "codes { code_system: \"X\" }\ncodes { code_system: \"X\" }\n"), "8:"},
  };
  for (const auto& [text, words] : mistakes)
    EXPECT_THAT(MistakesOf(text), HasSubstr(words)) << text;
}

TEST(ReleasePlanTest, AnythingElseIsRefused) {
  EXPECT_THAT(MistakesOf(""), HasSubstr("name"));
  EXPECT_THAT(MistakesOf(std::string(2 << 20, '#')), HasSubstr("1 MiB"));
  EXPECT_THAT(MistakesOf("{\"name\": 1}"), HasSubstr("1:"));
}

}  // namespace
}  // namespace blindlink::agent
