#include "resolver/results/run_explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "common/base/files.h"
#include "common/base/hex.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Three sites; a and b share two tokens, b and c one, d and e one, f none.
class RunExplanationTest : public LinkageTest {
 protected:
  RunExplanationTest() {
    Add("north", {{"a", {{"t"}, {"v", kLastDob}}}, {"d", {{"x", kLastDob}}}, {"f", {}}});
    Add("south", {{"b", {{"t"}, {"v", kLastDob}, {"u"}}}, {"e", {{"x", kLastDob}}}});
    Add("west", {{"c", {{"u"}}}});
  }

  // The same match key for all, so that the score has names and dates of birth to weigh.
  static Plan ScoringPlan(const std::string& rest = "") {
    absl::StatusOr<Plan> plan = Plan::Parse(absl::StrCat(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      match_keys { name: "dob-last" id: 2
        components { field: "date_of_birth" } components { field: "last_name" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "last-dob" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: BY_SCORE min_score: 0.000001 } )",
                                                         rest));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }

  std::unique_ptr<const RunExplanation> Explained(const Plan& plan) {
    Run(plan);
    run_.mutable_run()->set_run("run-000001");
    auto explanation = RunExplanation::Open(folder_.path(), run_, plan);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return *std::move(explanation);
  }
  static v1::RecordName Name(const std::string& site, const std::string& record) {
    v1::RecordName name;
    name.set_site(site);
    name.set_record(HexEncode(RecordNamed(record).AsView()));
    return name;
  }
};

TEST_F(RunExplanationTest, SaysByWhichMatchKeysAndRuleAPairMatched) {
  const auto run = Explained(TinyPlan());
  const auto pair = run->ExplainPair(Name("north", "a"), Name("south", "b"));
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_EQ(pair->outcome(), v1::MATCHED);
  EXPECT_EQ(pair->rule(), "exact");
  EXPECT_THAT(pair->match_keys(), ElementsAre("name-dob", "last-dob"));
  EXPECT_EQ(pair->left_entity(), 3u);
  EXPECT_EQ(pair->right_entity(), 0u) << "one entity";
  EXPECT_EQ(pair->classes_size(), 0) << "rules decided, so nothing was weighed";
}

TEST_F(RunExplanationTest, IsTheSameForAPairInEitherOrder) {
  const auto run = Explained(TinyPlan());
  const auto one = run->ExplainPair(Name("north", "a"), Name("south", "b"));
  const auto other = run->ExplainPair(Name("south", "b"), Name("north", "a"));
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->SerializeAsString(), other->SerializeAsString());
}

TEST_F(RunExplanationTest, APairThatSharesNothingWasNotConsidered) {
  const auto pair = Explained(TinyPlan())->ExplainPair(Name("north", "f"), Name("south", "b"));
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_EQ(pair->outcome(), v1::NOT_CONSIDERED);
  EXPECT_EQ(pair->left_entity(), 1u);
  EXPECT_EQ(pair->right_entity(), 3u);
}

TEST_F(RunExplanationTest, ARunThatScoredSaysHowFieldsAgreeAndWhatTheTwoMayBe) {
  const auto run = Explained(ScoringPlan());
  const auto pair = run->ExplainPair(Name("north", "a"), Name("south", "b"));
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_EQ(pair->outcome(), v1::MATCHED);
  EXPECT_GT(pair->probability(), pair->min_score());
  ASSERT_GE(pair->fields_size(), 2);
  double sum = 0;
  for (const v1::ClassOdds& odds : pair->classes()) sum += odds.probability();
  EXPECT_NEAR(sum, 1, 0.01);
  for (int i = 1; i < pair->classes_size(); ++i) {
    EXPECT_GE(pair->classes(i - 1).probability(), pair->classes(i).probability());
  }
}

TEST_F(RunExplanationTest, TheProbabilityIsThatOfTheWrittenPair) {
  const Plan plan = ScoringPlan();
  const auto run = Explained(plan);
  const auto result = RunResult::Open(folder_.path(), run_, plan, *key_);
  ASSERT_TRUE(result.ok());
  v1::MatchPairChunk chunk;
  ASSERT_TRUE((*result)->AppendPairs(0, 100, &chunk).ok());
  ASSERT_GT(chunk.pairs_size(), 0);
  for (const v1::MatchPair& written : chunk.pairs()) {
    v1::RecordName left;
    left.set_site(written.left_site());
    left.set_record(written.left_record());
    v1::RecordName right;
    right.set_site(written.right_site());
    right.set_record(written.right_record());
    const auto pair = run->ExplainPair(left, right);
    ASSERT_TRUE(pair.ok());
    EXPECT_DOUBLE_EQ(pair->probability(), written.score());
    EXPECT_EQ(pair->rule(), written.rule());
  }
}

TEST_F(RunExplanationTest, AnEntityIsListedWithThePairsThatConnectedIt) {
  const auto entity = Explained(TinyPlan())->ExplainEntity(Name("west", "c"));
  ASSERT_TRUE(entity.ok()) << entity.status();
  EXPECT_EQ(entity->records_size(), 3);
  ASSERT_EQ(entity->pairs_size(), 2);
  for (const v1::EntityPairExplanation& pair : entity->pairs()) EXPECT_TRUE(pair.connects());
  EXPECT_THAT(entity->pairs(0).match_keys(), testing::Contains("name-dob"));
}

TEST_F(RunExplanationTest, ARecordThatTheRunDoesNotHaveIsNotFound) {
  const auto run = Explained(TinyPlan());
  const auto code = [&](const v1::RecordName& record) {
    return run->ExplainEntity(record).status().code();
  };
  EXPECT_EQ(code(Name("north", "z")), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(Name("south", "a")), absl::StatusCode::kNotFound) << "it is north's";
  EXPECT_EQ(code(Name("nowhere", "a")), absl::StatusCode::kNotFound);
  v1::RecordName no_pseudonym = Name("north", "a");
  no_pseudonym.set_record("Anna");
  EXPECT_EQ(code(no_pseudonym), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(run->ExplainPair(Name("north", "a"), Name("north", "a")).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(RunExplanationTest, ARunOfAnEarlierReleaseSaysThatItKeptNothing) {
  Run(TinyPlan());
  run_.mutable_run()->set_run("run-000001");
  run_.mutable_files()->RemoveLast();
  for (int i = run_.files_size() - 1; i >= 0; --i) {
    if (run_.files(i).name() == kConsideredFile) run_.mutable_files()->DeleteSubrange(i, 1);
  }
  const absl::Status status = RunExplanation::Open(folder_.path(), run_, TinyPlan()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("start another run"));
}

TEST_F(RunExplanationTest, FilesThatAreNotAsTheyWereWrittenAreDataLoss) {
  const Plan plan = ScoringPlan();
  Run(plan);
  run_.mutable_run()->set_run("run-000001");
  for (const char* file : {kConsideredFile, kScoreFile, kEntitiesFile}) {
    const std::filesystem::path path = folder_ / file;
    const std::string good = ReadFile(path).value();
    std::string bad = good;
    bad[bad.size() / 2] ^= 4;
    ASSERT_TRUE(WriteFileAtomically(path, bad, 0600).ok());
    EXPECT_EQ(RunExplanation::Open(folder_.path(), run_, plan).status().code(),
              absl::StatusCode::kDataLoss)
        << file;
    ASSERT_TRUE(WriteFileAtomically(path, good, 0600).ok());
  }
}

}  // namespace
}  // namespace blindlink::resolver
