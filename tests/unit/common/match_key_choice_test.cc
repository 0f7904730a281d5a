#include "common/plan/match_key_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/plan/plan.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kPlan[] = R"(
name: "tiny"
version: 1
description: "For tests."
standardizer_version: "3"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
fields { name: "date_of_birth" standardizer: DATE }
fields { name: "ssn" standardizer: SSN }
match_keys {
  name: "name" id: 1
  components { field: "first_name" } components { field: "last_name" } usual_tokens: 2
}
match_keys { name: "ssn" id: 2 components { field: "ssn" } components { field: "last_name" } }
match_keys {
  name: "big" id: 3 spare: true usual_tokens: 3
  components { field: "last_name" form: SOUNDEX } components { field: "date_of_birth" }
}
match_keys {
  name: "small" id: 4 spare: true
  components { field: "first_name" form: SOUNDEX } components { field: "date_of_birth" }
}
evidence { field: "first_name" }
evidence { field: "ssn" }
scoring { decision: BY_SCORE }
token_budget: 5
)";

Plan With(const std::string& more) {
  auto plan = Plan::Parse(absl::StrCat(kPlan, more));
  if (!plan.ok()) ADD_FAILURE() << plan.status();
  return *std::move(plan);
}

std::string ErrorWith(const std::string& more) {
  return std::string(Plan::Parse(absl::StrCat(kPlan, more)).status().message());
}

std::vector<std::string> On(const Plan& plan) {
  std::vector<std::string> names;
  for (const MatchKeyLayout& key : plan.match_keys()) names.push_back(key.name);
  return names;
}

constexpr char kNames[] = R"(columns { field: "first_name" } columns { field: "last_name" })";

TEST(MatchKeyChoice, WithoutColumnsAllMatchKeysAreOnThatAreNotSpare) {
  EXPECT_THAT(On(With("")), ElementsAre("name", "ssn"));
}

TEST(MatchKeyChoice, SpareMatchKeysTakeTheRoomOfThoseThatLackAColumn) {
  const Plan plan = With(absl::StrCat(kNames, R"(columns { field: "date_of_birth" })"));
  EXPECT_THAT(On(plan), ElementsAre("name", "big"));
  EXPECT_EQ(plan.choices()[1].state, MatchKeyState::kLacksColumn);
  EXPECT_EQ(plan.choices()[3].state, MatchKeyState::kNoRoom);
}

TEST(MatchKeyChoice, OneThatDoesNotFitLeavesItsRoomToTheNext) {
  const Plan plan = With(absl::StrCat(kNames, R"(columns { field: "ssn" }
                                                 columns { field: "date_of_birth" })"));
  EXPECT_THAT(On(plan), ElementsAre("name", "ssn", "small"));
}

TEST(MatchKeyChoice, ARarelyFilledColumnSpendsLess) {
  const Plan plan = With(absl::StrCat(kNames, R"(columns { field: "ssn" filled: 0.5 }
                                                 columns { field: "date_of_birth" filled: 0.6 })"));
  EXPECT_THAT(On(plan), ElementsAre("name", "ssn", "big", "small"));
  EXPECT_DOUBLE_EQ(plan.choices()[2].tokens, 1.8);
}

TEST(MatchKeyChoice, EvidenceOfWhatIsNoColumnIsNotSent) {
  const Plan plan = With(kNames);
  ASSERT_EQ(plan.proto().evidence_size(), 1);
  EXPECT_EQ(plan.proto().evidence(0).field(), "first_name");
}

TEST(MatchKeyChoice, TheTokenizationDigestIsThatOfAPlanWithoutWhatIsOff) {
  EXPECT_EQ(With("").tokenization_digest(),
            With("columns { field: \"first_name\" } columns { field: \"last_name\" } "
                 "columns { field: \"ssn\" }")
                .tokenization_digest());
  EXPECT_NE(With("").tokenization_digest(), With(kNames).tokenization_digest());
}

TEST(MatchKeyChoice, TheDescriptionSaysWhatIsOnAndWhy) {
  const Plan plan = With(absl::StrCat(kNames, R"(columns { field: "date_of_birth" })"));
  EXPECT_EQ(DescribeChoice(plan.proto(), plan.choices()),
            "fields that the sites do not have in common (1): ssn\n"
            "off, because they need such a field (1): ssn\n"
            "on (1): name\n"
            "spare and on, because there is room for them (1): big\n"
            "spare and off, because the token budget is spent (1): small\n"
            "expected tokens per record: 5.0 of at most 5\n");
}

TEST(MatchKeyChoice, MistakesInColumnsAreReported) {
  EXPECT_THAT(ErrorWith(R"(columns { field: "shoe_size" })"), HasSubstr("no such field"));
  EXPECT_THAT(ErrorWith(absl::StrCat(kNames, kNames)), HasSubstr("is a duplicate"));
  EXPECT_THAT(ErrorWith(R"(columns { field: "ssn" filled: 1.5 })"), HasSubstr("at most 1"));
  EXPECT_THAT(ErrorWith(R"(columns { field: "date_of_birth" })"), HasSubstr("no match key is on"));
}

TEST(MatchKeyChoice, APlanWithMatchRulesHasNoSpareMatchKeysAndNoColumns) {
  constexpr char kRule[] =
      R"(match_rules { name: "r" level: FULL score: 0.9 all_of { match_key: "name" } })";
  EXPECT_THAT(ErrorWith(kRule), AllOf(HasSubstr("spare"), Not(HasSubstr("columns:"))));
  EXPECT_THAT(ErrorWith(absl::StrCat(kRule, kNames)), HasSubstr("match rules need every"));
}

}  // namespace
}  // namespace blindlink
