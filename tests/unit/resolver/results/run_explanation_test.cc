#include "resolver/results/run_explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/score/field_levels.h"
#include "common/score/pair_scorer.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/storage/stored_message.h"
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

  // Its match keys fix all evidence, which tests then write themselves.
  static Plan PlanOfManyFields() {
    absl::StatusOr<Plan> plan = Plan::Parse(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "first_name" standardizer: GIVEN_NAME }
      fields { name: "middle_name" standardizer: MIDDLE_NAME }
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      fields { name: "street" standardizer: STREET_ADDRESS }
      fields { name: "zip" standardizer: POSTAL_CODE }
      fields { name: "phone" standardizer: PHONE }
      fields { name: "email" standardizer: EMAIL }
      match_keys { name: "all" id: 1
        components { field: "first_name" } components { field: "middle_name" }
        components { field: "last_name" } components { field: "date_of_birth" }
        components { field: "street" } components { field: "zip" }
        components { field: "phone" } components { field: "email" } }
      match_keys { name: "all-again" id: 2
        components { field: "email" } components { field: "phone" }
        components { field: "zip" } components { field: "street" }
        components { field: "date_of_birth" } components { field: "last_name" }
        components { field: "middle_name" } components { field: "first_name" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "all" } }
      evidence { field: "first_name" } evidence { field: "middle_name" }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      evidence { field: "street" } evidence { field: "zip" }
      evidence { field: "phone" } evidence { field: "email" }
      scoring { decision: BY_SCORE min_score: 0.5 })");
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }

  std::unique_ptr<const RunExplanation> Explained(const Plan& plan) {
    Run(plan);
    run_.mutable_run()->set_run("run-000001");
    return Opened(plan);
  }
  std::unique_ptr<const RunExplanation> Opened(const Plan& plan) {
    auto explanation = RunExplanation::Open(folder_.path(), run_, plan);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    return *std::move(explanation);
  }

  // Puts other rows in the place of a file of the run.
  template <typename Row>
  void Rewrite(const char* name, const std::vector<Row>& rows) {
    const auto writer = RowFileWriter<Row>::Create(folder_ / name, WithDigest::kYes);
    for (const Row& row : rows) EXPECT_TRUE((*writer)->Append(row).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    for (storage::v1::StoredResultFile& file : *run_.mutable_files()) {
      if (file.name() != name) continue;
      file.set_bytes(rows.size() * Row::kSize);
      file.set_sha256(std::string(AsView((*writer)->Digest())));
    }
  }
  template <typename Row>
  std::vector<Row> RowsOf(const char* name) const {
    const auto file = RowFileReader<Row>::Open(folder_ / name);
    return *(*file)->Read(0, (*file)->rows());
  }

  PairScorer ScorerOf(const Plan& plan) const {
    storage::v1::StoredScoreModel stored;
    EXPECT_TRUE(ReadStored(folder_ / kScoreFile, "", &stored).ok());
    auto scorer = PairScorer::Restore(FieldLevels(plan.proto(), plan.evidence()).fields(), stored);
    EXPECT_TRUE(scorer.ok()) << scorer.status();
    return *std::move(scorer);
  }
  static AgreementPattern WithLevel(AgreementPattern pattern, size_t field, size_t level) {
    return (pattern & ~(AgreementPattern{15} << (4 * field))) | AgreementPattern{level}
                                                                    << (4 * field);
  }
  // A pair for each level: all fields have it, or their best one if they have fewer.
  std::vector<ConsideredPairRow> PairPerLevel(const PairScorer& scorer) {
    std::vector<ConsideredPairRow> rows;
    constexpr uint32_t kRecords = 6;
    size_t level = 0;
    for (uint32_t left = 0; left < kRecords; ++left) {
      for (uint32_t right = left + 1; right < kRecords; ++right, ++level) {
        ConsideredPairRow row;
        for (size_t f = 0; f < scorer.fields().size(); ++f) {
          const size_t best = scorer.fields()[f].levels.size() - 1;
          row.pair.pattern = WithLevel(row.pair.pattern, f, std::min(level, best));
        }
        row.pair.left = left;
        row.pair.right = right;
        row.pair.match_keys.set(0);
        row.score = scorer.Probability(row.pair.pattern);
        row.outcome = row.score >= kMinScore ? PairOutcome::kMatched : PairOutcome::kBelowThreshold;
        rows.push_back(row);
      }
    }
    return rows;
  }
  static v1::PairExplanation ExplainRow(const RunExplanation& run, uint32_t left, uint32_t right) {
    const auto explained =
        run.ExplainPair(NameOf(*run.RecordAt(left)), NameOf(*run.RecordAt(right)));
    EXPECT_TRUE(explained.ok()) << explained.status();
    return explained.value_or(v1::PairExplanation());
  }
  static v1::RecordName NameOf(const NamedRecord& record) {
    v1::RecordName name;
    name.set_site(record.site);
    name.set_record(HexEncode(record.record.AsView()));
    return name;
  }
  static constexpr double kMinScore = 0.5;
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

TEST_F(RunExplanationTest, ValuesAgreeIfTheyAreTheSameAndAreCloseIfTheyOnlyResemble) {
  const Plan plan = PlanOfManyFields();
  Explained(plan);
  const std::vector<ConsideredPairRow> rows = PairPerLevel(ScorerOf(plan));
  Rewrite(kConsideredFile, rows);
  const auto run = Opened(plan);
  std::map<std::string, v1::Agreement> seen;
  for (const ConsideredPairRow& row : rows) {
    const v1::PairExplanation pair = ExplainRow(*run, row.pair.left, row.pair.right);
    EXPECT_EQ(pair.fields_size(), 9) << "those of the plan and the name's rarity";
    for (const v1::FieldEvidence& field : pair.fields()) {
      seen[absl::StrCat(field.field(), ": ", field.level())] = field.agreement();
      if (field.field() == "name_rarity") {
        EXPECT_EQ(field.agreement(), v1::AGREEMENT_UNSPECIFIED);
        continue;
      }
      const std::map<std::string, v1::Agreement> certain = {
          {"missing", v1::MISSING}, {"differs", v1::DIFFER}, {"exact", v1::AGREE}};
      const auto found = certain.find(field.level());
      EXPECT_EQ(field.agreement(), found == certain.end() ? v1::CLOSE : found->second)
          << field.field() << ": " << field.level();
    }
  }
  for (const char* resembles :
       {"first_name: nickname", "middle_name: initial", "last_name: sounds", "last_name: similar",
        "date_of_birth: swapped", "street: same street", "phone: last four", "email: similar"}) {
    ASSERT_TRUE(seen.contains(resembles)) << resembles;
    EXPECT_EQ(seen[resembles], v1::CLOSE) << resembles;
  }
}

TEST_F(RunExplanationTest, WhatWouldHaveChangedTheDecisionDoesAndNothingElseWould) {
  const Plan plan = PlanOfManyFields();
  Explained(plan);
  const PairScorer scorer = ScorerOf(plan);
  const std::vector<ConsideredPairRow> rows = PairPerLevel(scorer);
  Rewrite(kConsideredFile, rows);
  const auto run = Opened(plan);
  size_t up = 0;
  size_t down = 0;
  for (const ConsideredPairRow& row : rows) {
    const v1::PairExplanation pair = ExplainRow(*run, row.pair.left, row.pair.right);
    EXPECT_EQ(pair.min_score(), kMinScore);
    std::map<std::string, double> changes;
    for (const v1::Change& change : pair.changes()) {
      changes[absl::StrCat(change.field(), ": ", change.level())] = change.probability();
    }
    EXPECT_EQ(changes.size(), static_cast<size_t>(pair.changes_size()));
    std::map<std::string, double> expected;
    for (size_t f = 0; f < scorer.fields().size(); ++f) {
      const ScoredField& field = scorer.fields()[f];
      for (size_t level = 0; level < field.levels.size() && !field.is_rarity; ++level) {
        const double score = scorer.Probability(WithLevel(row.pair.pattern, f, level));
        if ((score >= kMinScore) == (row.score >= kMinScore)) continue;
        expected[absl::StrCat(field.name, ": ", field.levels[level])] = score;
        ++(score >= kMinScore ? up : down);
      }
    }
    EXPECT_EQ(changes, expected);
  }
  EXPECT_GT(up, 0u) << "some pairs below the threshold";
  EXPECT_GT(down, 0u) << "and some above it";
}

TEST_F(RunExplanationTest, OfAHopelessPairTheEvidenceIsShown) {
  const Plan plan = ScoringPlan();
  Explained(plan);
  std::vector<ConsideredPairRow> rows = RowsOf<ConsideredPairRow>(kConsideredFile);
  ASSERT_GE(rows.size(), 2u);
  const ScoredPairRow faint = rows[0].pair;
  const double probability = rows[0].score;
  rows[1].outcome = PairOutcome::kMatchedByDecision;
  const ScoredPairRow linked = rows[1].pair;
  rows[1].pair = ScoredPairRow();  // as the run writes a hopeless link
  rows[1].pair.left = linked.left;
  rows[1].pair.right = linked.right;
  rows.erase(rows.begin());
  Rewrite(kConsideredFile, rows);
  Rewrite<ScoredPairRow>(kFaintFile, {faint, linked});

  const auto run = Opened(plan);
  const v1::PairExplanation hopeless = ExplainRow(*run, faint.left, faint.right);
  EXPECT_EQ(hopeless.outcome(), v1::NOT_CONSIDERED);
  EXPECT_GT(hopeless.match_keys_size(), 0);
  EXPECT_GE(hopeless.fields_size(), 2);
  EXPECT_GT(hopeless.classes_size(), 0);
  EXPECT_DOUBLE_EQ(hopeless.probability(), probability);
  const v1::PairExplanation by_people = ExplainRow(*run, linked.left, linked.right);
  EXPECT_EQ(by_people.outcome(), v1::MATCHED_BY_DECISION);
  EXPECT_EQ(by_people.rule(), kDecidedRuleName);
  EXPECT_GE(by_people.fields_size(), 2);

  std::string bad = ReadFile(folder_ / kFaintFile).value();
  bad[bad.size() / 2] ^= 4;
  ASSERT_TRUE(WriteFileAtomically(folder_ / kFaintFile, bad, 0600).ok());
  const auto damaged = Opened(plan)->ExplainPair(NameOf(*run->RecordAt(faint.left)),
                                                 NameOf(*run->RecordAt(faint.right)));
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss);
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

TEST_F(RunExplanationTest, AnEntityGrewFromWhatPeopleLinkedFirstThenFromTheBestPairs) {
  decisions_.push_back({{"north", RecordNamed("a")}, {"west", RecordNamed("c")}, true});
  for (const Plan& plan : {TinyPlan(), ScoringPlan()}) {
    const auto entity = Explained(plan)->ExplainEntity(Name("south", "b"));
    ASSERT_TRUE(entity.ok()) << entity.status();
    ASSERT_EQ(entity->records_size(), 3);
    ASSERT_EQ(entity->pairs_size(), 3);
    const v1::EntityPairExplanation& link = entity->pairs(0);
    EXPECT_EQ(link.outcome(), v1::MATCHED_BY_DECISION) << "though it was never compared";
    EXPECT_EQ(link.probability(), 0);
    EXPECT_TRUE(link.connects());
    EXPECT_TRUE(entity->pairs(1).connects());
    EXPECT_FALSE(entity->pairs(2).connects()) << "the two before it made the entity";
    EXPECT_GE(entity->pairs(1).probability(), entity->pairs(2).probability());
  }
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
