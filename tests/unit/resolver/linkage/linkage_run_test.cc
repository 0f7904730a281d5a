#include "resolver/linkage/linkage_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/token_use.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

TEST_F(LinkageTest, RecordsOfTwoSitesThatShareATokenAreAMatchPairAndAnEntity) {
  Add("south", {{"ann", {{"t"}}}, {"bob", {{"u"}}}});
  Add("north", {{"anna", {{"t"}}}});
  const auto result = Run(TinyPlan());
  EXPECT_EQ(Pairs(*result), Lines{"north/anna south/ann exact"});
  EXPECT_EQ(Entities(*result), Lines{"north/anna=south/ann"});
  EXPECT_EQ(summary().records(), 3u);
  EXPECT_EQ(summary().entities(), 2u);
  EXPECT_EQ(summary().entities_of_two_or_more(), 1u);
  EXPECT_EQ(summary().match_pairs_full(), 1u);
  EXPECT_EQ(result->entity_row_count(), 3u);
}

TEST_F(LinkageTest, APairSaysItsLevelItsScoreAndTheMatchKeysThatAgreed) {
  Add("north", {{"anna", {{"t"}, {"l", kLastDob}}}});
  Add("south", {{"ann", {{"t"}, {"l", kLastDob}}}});
  const auto result = Run(TinyPlan());
  v1::MatchPairChunk chunk;
  ASSERT_TRUE(result->AppendPairs(0, 1, &chunk).ok());
  const v1::MatchPair& pair = chunk.pairs(0);
  EXPECT_EQ(pair.level(), v1::FULL);
  EXPECT_EQ(pair.score(), 0.9);
  EXPECT_EQ(absl::StrJoin(pair.match_keys(), ","), "name-dob,last-dob");
}

TEST_F(LinkageTest, TheFirstRuleInThePlansOrderWins) {
  Add("north", {{"anna", {{"t"}, {"l", kLastDob}}},
                {"bert", {{"r", kNameDob, kNicknameForm}, {"m", kLastDob}}},
                {"carl", {{"n", kLastDob}}}});
  Add("south", {{"ann", {{"t"}, {"l", kLastDob}}},
                {"bertram", {{"r"}, {"m", kLastDob}}},
                {"karl", {{"n", kLastDob}}}});
  const auto result = Run(TinyPlan());
  EXPECT_EQ(Pairs(*result),
            (Lines{"north/anna south/ann exact", "north/bert south/bertram nickname",
                   "north/carl south/karl last"}));
  ASSERT_EQ(summary().rules_size(), 3);
  for (const v1::RuleCount& rule : summary().rules()) EXPECT_EQ(rule.pairs(), 1u) << rule.rule();
}

TEST_F(LinkageTest, ASharedTokenThatNoRuleAsksForIsACandidateAndNoPair) {
  Add("north", {{"anna", {{"r", kNameDob, kNicknameForm}}}});
  Add("south", {{"ann", {{"r"}}}});
  const auto exact_only = Plan::Parse(R"(
    name: "exact-only" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "date_of_birth" standardizer: DATE }
    match_keys {
      name: "name-dob" id: 1
      components { field: "first_name" variants { form: NICKNAME_ROOT } }
      components { field: "date_of_birth" }
    }
    match_rules { name: "exact" level: FULL score: 1 all_of { match_key: "name-dob" } })");
  ASSERT_TRUE(exact_only.ok()) << exact_only.status();
  EXPECT_TRUE(Pairs(*Run(*exact_only)).empty());
  EXPECT_EQ(summary().candidate_pairs(), 1u);
}

TEST_F(LinkageTest, ANameIsAsRareAsTheRecordsThatHaveItHoweverOftenTheyWereSent) {
  const auto plan = Plan::Parse(R"(
    name: "names" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "last_name" standardizer: SURNAME }
    match_keys { name: "name" id: 1
      components { field: "first_name" } components { field: "last_name" } }
    match_rules { name: "exact" level: FULL score: 1 all_of { match_key: "name" } })");
  ASSERT_TRUE(plan.ok()) << plan.status();
  Add("north", {{"anna", {{"t"}}}});
  Add("south", {{"ann", {{"t"}}}});
  Run(*plan);
  const std::string once = *ReadFile(folder_ / kTokenUseFile);
  ASSERT_EQ(once.size(), 2 * TokenUseRow::kSize);
  Add("north", {{"anna", {{"t"}}}});
  Run(*plan);
  EXPECT_EQ(*ReadFile(folder_ / kTokenUseFile), once);
}

TEST_F(LinkageTest, TheSameTokenUnderTwoMatchKeysIsNoMeeting) {
  Add("north", {{"anna", {{"t", kNameDob}}}});
  Add("south", {{"ann", {{"t", kLastDob}}}});
  EXPECT_TRUE(Pairs(*Run(TinyPlan())).empty());
  EXPECT_EQ(summary().candidate_pairs(), 0u);
}

TEST_F(LinkageTest, TokensOfAMatchKeyThePlanDoesNotHaveAreLeftAlone) {
  Add("north", {{"anna", {{"t", 77}}}});
  Add("south", {{"ann", {{"t", 77}}}});
  EXPECT_TRUE(Pairs(*Run(TinyPlan())).empty());
}

TEST_F(LinkageTest, WithinASiteNothingIsComparedUnlessThePlanSaysSo) {
  Add("north", {{"anna", {{"t"}}}, {"anne", {{"t"}}}});
  Add("south", {{"ann", {{"t"}}}});
  EXPECT_EQ(Pairs(*Run(TinyPlan())),
            (Lines{"north/anna south/ann exact", "north/anne south/ann exact"}));
  EXPECT_EQ(Pairs(*Run(TinyPlan("entity_rules { within_site_duplicates: true }"))),
            (Lines{"north/anna north/anne exact", "north/anna south/ann exact",
                   "north/anne south/ann exact"}));
}

TEST_F(LinkageTest, OneSiteAloneIsDeduplicated) {
  Add("north", {{"anna", {{"t"}}}, {"anne", {{"t"}}}, {"bob", {{"u"}}}});
  const auto result = Run(TinyPlan("entity_rules { within_site_duplicates: true }"));
  EXPECT_EQ(Entities(*result), Lines{"north/anna=north/anne"});
}

TEST_F(LinkageTest, AnOverusedTokenIsIgnoredAndCounted) {
  Add("north", {{"a", {{"often"}, {"rare"}}}, {"b", {{"often"}}}});
  Add("south", {{"c", {{"often"}, {"rare"}}}, {"d", {{"often"}}}});
  const auto result = Run(TinyPlan("limits { max_records_per_token: 3 }"));
  EXPECT_EQ(Pairs(*result), Lines{"north/a south/c exact"});
  EXPECT_EQ(summary().tokens_overused(), 1u);
  EXPECT_EQ(summary().tokens_shared(), 1u);
  ASSERT_EQ(summary().match_keys_size(), 2);
  EXPECT_EQ(summary().match_keys(0).match_key(), "name-dob");
  EXPECT_EQ(summary().match_keys(0).overused_tokens(), 1u);
  EXPECT_EQ(summary().match_keys(0).overused_postings(), 4u);
  EXPECT_EQ(summary().match_keys(1).overused_tokens(), 0u);
}

TEST_F(LinkageTest, ATokenOfJustAsManyRecordsAsAllowedIsUsed) {
  Add("north", {{"a", {{"often"}}}, {"b", {{"often"}}}});
  Add("south", {{"c", {{"often"}}}});
  EXPECT_EQ(Pairs(*Run(TinyPlan("limits { max_records_per_token: 3 }"))).size(), 2u);
  EXPECT_EQ(summary().tokens_overused(), 0u);
}

TEST_F(LinkageTest, RecordsThatShareOnlyOverusedTokensWithAnotherSiteAreCounted) {
  Add("north", {{"a", {{"often"}, {"rare"}}}, {"b", {{"often"}}}, {"c", {{"norths"}}}});
  Add("south", {{"d", {{"often"}, {"rare"}}}, {"e", {{"often"}, {"souths"}}}});
  // Only one site has it, so that nothing is missed.
  Add("west", {{"f", {{"w"}}}, {"g", {{"w"}}}, {"h", {{"w"}}}, {"i", {{"w"}}}});
  Run(TinyPlan("limits { max_records_per_token: 3 }"));
  EXPECT_EQ(summary().tokens_overused(), 1u);
  EXPECT_EQ(summary().records_only_overused(), 2u);  // b and e
}

// The limit counts records, so several forms or a second upload of a record do not use it up.
TEST_F(LinkageTest, OneRecordCountsOnceForOveruseHoweverItMadeTheToken) {
  Add("north", {{"a", {{"often"}, {"often", kNameDob, kNicknameForm}}}, {"b", {{"often"}}}});
  Add("north", {{"a", {{"often"}}}});
  Add("south", {{"c", {{"often"}, {"often", kNameDob, kNicknameForm}}}});
  EXPECT_EQ(Pairs(*Run(TinyPlan("limits { max_records_per_token: 3 }"))),
            (Lines{"north/a south/c exact", "north/b south/c exact"}));
}

TEST_F(LinkageTest, OnePseudonymInTwoDatasetsOfASiteIsOneRecord) {
  Add("north", {{"anna", {{"t"}}}});
  Add("north", {{"anna", {{"l", kLastDob}, {"u"}}}});
  Add("south", {{"ann", {{"t"}, {"l", kLastDob}}}});
  Add("west", {{"anna", {{"u"}}}});  // the same pseudonym at another site is a different record
  const auto result = Run(TinyPlan("entity_rules { within_site_duplicates: true }"));
  EXPECT_EQ(summary().records(), 3u);
  EXPECT_EQ(Pairs(*result), (Lines{"north/anna south/ann exact", "north/anna west/anna exact"}));
  v1::MatchPairChunk chunk;
  ASSERT_TRUE(result->AppendPairs(0, 1, &chunk).ok());
  EXPECT_EQ(absl::StrJoin(chunk.pairs(0).match_keys(), ","), "name-dob,last-dob");
}

TEST_F(LinkageTest, APartialPairJoinsNoEntityUnlessThePlanSaysSo) {
  Add("north", {{"anna", {{"l", kLastDob}}}});
  Add("south", {{"ann", {{"l", kLastDob}}}});
  const auto result = Run(TinyPlan());
  EXPECT_EQ(Pairs(*result), Lines{"north/anna south/ann last"});
  EXPECT_TRUE(Entities(*result).empty());
  EXPECT_EQ(summary().match_pairs_partial(), 1u);
  EXPECT_EQ(summary().entities(), 2u);
  EXPECT_EQ(
      Entities(*Run(TinyPlan("entity_rules { joining_levels: FULL joining_levels: PARTIAL }"))),
      Lines{"north/anna=south/ann"});
}

TEST_F(LinkageTest, AnEntityDoesNotGrowPastItsBoundAndTheBestPairsComeFirst) {
  Add("north", {{"a", {{"t"}, {"r", kNameDob, kNicknameForm}}}});
  Add("south", {{"b", {{"t"}}}});
  Add("west", {{"c", {{"r"}}}});
  const auto result = Run(TinyPlan("entity_rules { max_entity_size: 2 }"));
  EXPECT_EQ(Pairs(*result), (Lines{"north/a south/b exact", "north/a west/c nickname"}));
  EXPECT_EQ(Entities(*result), Lines{"north/a=south/b"});
  EXPECT_EQ(summary().joins_refused_by_size(), 1u);
}

TEST_F(LinkageTest, EntitiesJoinInAChainOverSites) {
  Add("north", {{"a", {{"t"}}}});
  Add("south", {{"b", {{"t"}, {"u"}}}});
  Add("west", {{"c", {{"u"}}}});
  EXPECT_EQ(Entities(*Run(TinyPlan())), Lines{"north/a=south/b=west/c"});
}

TEST_F(LinkageTest, NothingSharedIsAResultOfNoPairs) {
  Add("north", {{"a", {{"t"}}}});
  Add("south", {{"b", {}}});
  const auto result = Run(TinyPlan());
  EXPECT_EQ(result->pair_count(), 0u);
  EXPECT_EQ(result->entity_row_count(), 2u);
}

TEST_F(LinkageTest, DatasetsCommittedAfterTheRunBeganAreNotInIt) {
  Add("north", {{"a", {{"t"}}}});
  Add("south", {{"b", {{"t"}}}});
  const auto datasets = *index_->Datasets();
  Add("west", {{"c", {{"t"}}}});
  const Plan plan = TinyPlan();
  const RunControl control{&cancel_, [](const char*, double) {}};
  ASSERT_TRUE(
      RunLinkage({plan, *index_, datasets, {1 << 20, 2}}, folder_.path(), control, &run_).ok());
  EXPECT_EQ(Pairs(**RunResult::Open(folder_.path(), run_, plan, *key_)),
            Lines{"north/a south/b exact"});
}

TEST_F(LinkageTest, TheStagesComeInTheirOrder) {
  Add("north", {{"a", {{"t"}}}});
  Run(TinyPlan());
  EXPECT_EQ(stages_, (Lines{"records", "sweep", "rules", "entities", "publish"}));
}

TEST_F(LinkageTest, ACancelledRunSaysSo) {
  Add("north", {{"a", {{"t"}}}});
  cancel_ = true;
  EXPECT_EQ(TryRun(TinyPlan()).code(), absl::StatusCode::kCancelled);
  cancel_ = false;
  EXPECT_TRUE(TryRun(TinyPlan()).ok());
}

TEST_F(LinkageTest, APostingOfARecordThatIsNotThereIsDataLoss) {
  const auto writer = index_->BeginDataset(1, {});
  ASSERT_TRUE((*writer)->AddRecord(RecordNamed("only")).ok());
  std::unique_ptr<PostingBatch> batch = (*writer)->NewBatch();
  batch->Add({StoredTokenNamed("t"), kNameDob, 1, 1, 0});
  ASSERT_TRUE((*writer)->AddBatch(std::move(batch)).ok());
  storage::v1::CommittedDataset row;
  row.set_dataset_number(1);
  row.mutable_manifest()->set_site("north");
  ASSERT_TRUE((*writer)->Commit(row).ok());
  EXPECT_EQ(TryRun(TinyPlan()).code(), absl::StatusCode::kDataLoss);
}

// Three sites of 600 records, each record with some of 400 tokens.
std::vector<std::pair<std::string, std::vector<SampleRecord>>> RandomDatasets() {
  std::mt19937 random(11);
  std::vector<std::pair<std::string, std::vector<SampleRecord>>> datasets;
  for (const char* site : {"north", "south", "north", "west"}) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < 600; ++i) {
      SampleRecord record{absl::StrFormat("r%d", random() % 2000), {}};
      for (int t = 0; t < 3; ++t) {
        record.tokens.push_back(
            {absl::StrFormat("t%d", random() % 400), static_cast<uint8_t>(1 + random() % 2), 0});
      }
      records.push_back(std::move(record));
    }
    datasets.emplace_back(site, std::move(records));
  }
  return datasets;
}

class ResultFilesTest : public LinkageTest {
 protected:
  const Plan plan_ = TinyPlan("entity_rules { within_site_duplicates: true }");

  std::string BytesOfRun(uint64_t memory_budget = uint64_t{64} << 20) {
    const absl::Status status = TryRun(plan_, memory_budget);
    EXPECT_TRUE(status.ok()) << status;
    std::string all;
    for (const char* file : {kRecordsFile, kPairsFile, kEntitiesFile}) {
      absl::StrAppend(&all, ReadFile(folder_ / file).value());
    }
    for (const v1::OverlapCell& cell : run_.overlap()) {
      absl::StrAppend(&all, cell.SerializeAsString());
    }
    return all;
  }
};

TEST_F(ResultFilesTest, TheRowsDependNeitherOnTheOrderOfUploadsNorOnMemoryOrThreads) {
  auto datasets = RandomDatasets();
  for (const auto& [site, records] : datasets) Add(site, records);
  const std::string expected = BytesOfRun();
  EXPECT_GT(summary().match_pairs(), 10000u);
  EXPECT_EQ(BytesOfRun(1), expected) << "with little memory";
  for (const size_t threads : {1, 7}) {
    threads_ = threads;
    EXPECT_EQ(BytesOfRun(), expected) << threads << " threads";
  }

  StartAnew();
  const v1::RunSummary counts = summary();
  std::swap(datasets[0], datasets[3]);
  std::swap(datasets[1], datasets[2]);
  for (const auto& [site, records] : datasets) Add(site, records);
  EXPECT_EQ(BytesOfRun(), expected) << "in another order";
  EXPECT_EQ(summary().SerializeAsString(), counts.SerializeAsString());
}

TEST_F(ResultFilesTest, ARunOnlyWithADatasetHasThePairsOfTheWholeRunThatItsRecordsAreIn) {
  auto datasets = RandomDatasets();
  datasets.push_back({"east", {{"e1", {{"t5"}, {"t6", kLastDob}}}, {"e2", {{"t7"}}}, {"e3", {}}}});
  for (const auto& [site, records] : datasets) Add(site, records);
  Lines expected;
  for (const std::string& pair : Pairs(*Run(plan_))) {
    if (pair.find("east/") != std::string::npos) expected.push_back(pair);
  }
  ASSERT_GT(expected.size(), 20u);
  const uint64_t all = summary().records();
  only_with_ = {5};
  for (const size_t threads : {1, 3}) {
    threads_ = threads;
    const auto result = Run(plan_);
    EXPECT_EQ(Pairs(*result), expected);
    EXPECT_LT(summary().records(), all / 2);
    EXPECT_EQ(result->entity_row_count(), summary().records());
  }
  only_with_.clear();
  const uint64_t pairs = Run(plan_)->pair_count();
  only_with_ = {1, 2, 3, 4, 5};
  EXPECT_EQ(Run(plan_)->pair_count(), pairs);
}

TEST_F(ResultFilesTest, AnOverusedTokenIsOverusedInARunOnlyWithADatasetToo) {
  Add("north", {{"a", {{"often"}}}, {"b", {{"often"}}}, {"c", {{"often"}, {"rare"}}}});
  Add("south", {{"d", {{"often"}, {"rare"}}}});
  only_with_ = {2};
  EXPECT_EQ(Pairs(*Run(TinyPlan("limits { max_records_per_token: 3 }"))),
            Lines{"north/c south/d exact"});
  EXPECT_EQ(summary().tokens_overused(), 1u);
}

// If one site has most of the tokens, those that only it has are skipped.
TEST_F(LinkageTest, WhetherASiteIsMuchLargerThanTheOthersChangesNoPairAndNoCount) {
  std::mt19937 random(5);
  const auto records = [&random](int count, const char* token, uint32_t tokens) {
    std::vector<SampleRecord> made;
    for (int i = 0; i < count; ++i) {
      SampleRecord& record = made.emplace_back(SampleRecord{absl::StrFormat("r%d", i), {}});
      for (const uint8_t key : {kNameDob, kLastDob}) {
        record.tokens.push_back({absl::StrFormat("%s%d", token, random() % tokens), key, 0});
      }
    }
    return made;
  };
  const Plan plan = TinyPlan("limits { max_records_per_token: 8 }");
  Add("large", records(2000, "t", 400));
  Add("small", records(60, "t", 400));
  Add("small", records(20, "t", 400));
  Add("tiny", records(20, "t", 400));
  const Lines expected = Pairs(*Run(plan));
  const v1::RunSummary counts = summary();
  EXPECT_GT(expected.size(), 100u);
  EXPECT_GT(counts.tokens_overused(), 10u);
  Add("strangers", records(2000, "s", 400));
  EXPECT_EQ(Pairs(*Run(plan)), expected);
  EXPECT_EQ(summary().tokens_shared(), counts.tokens_shared());
  EXPECT_EQ(summary().tokens_overused(), counts.tokens_overused());
  EXPECT_EQ(summary().records_only_overused(), counts.records_only_overused());
  EXPECT_EQ(summary().candidate_pairs(), counts.candidate_pairs());
}

// The cost of a hundred thousand records must not grow with the square of their number.
TEST_F(LinkageTest, AHubTokenCostsNoMoreThanItsPostingsAndIsReported) {
  std::vector<SampleRecord> north;
  for (int i = 0; i < 100000; ++i) {
    north.push_back({absl::StrFormat("n%d", i), {{"hub"}}});
  }
  north.push_back({"anna", {{"hub"}, {"t"}}});
  Add("north", north);
  Add("south", {{"ann", {{"hub"}, {"t"}}}});
  EXPECT_EQ(Pairs(*Run(TinyPlan(), 1)), Lines{"north/anna south/ann exact"});
  EXPECT_EQ(summary().tokens_overused(), 1u);
  EXPECT_EQ(summary().match_keys(0).overused_postings(), 100002u);
  EXPECT_EQ(summary().records_only_overused(), 100000u);
  EXPECT_EQ(summary().candidate_pairs(), 1u);
  only_with_ = {2};
  EXPECT_EQ(Pairs(*Run(TinyPlan(), 1)), Lines{"north/anna south/ann exact"});
}

TEST_F(ResultFilesTest, ARunOverTheSameDatasetsAgainGivesTheSameRows) {
  for (const auto& [site, records] : RandomDatasets()) Add(site, records);
  EXPECT_EQ(BytesOfRun(), BytesOfRun());
}

TEST(CandidateLimitTest, SaysWhichSitesAndMatchKeysMostCandidatesComeFrom) {
  CandidateCounts counts(3, 2);
  for (int i = 0; i < 90; ++i) counts.Add(0, 2, 1);
  for (int i = 0; i < 10; ++i) counts.Add(0, 1, 0);
  CandidateLimit limit(50, /*by_room=*/true);
  EXPECT_TRUE(limit.Add(50).ok());
  EXPECT_EQ(limit.Add(1).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(limit.reached());
  const absl::Status status = limit.Explain(counts, {"north", "south", "west"}, TinyPlan());
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "too many candidate pairs: more than 50, for which the disk has no room. Most have a record "
      "of north (100 %), west (90 %), south (10 %) and share a token of last-dob (90 %), name-dob "
      "(10 %). Look at the uploads of these sites: withdraw a wrong one (upload discard) or leave "
      "it out (--dataset); or start with a plan that has a lower max_records_per_token; or make "
      "room");
}

// Two sites of a few hundred records whose tokens all meet each other.
TEST_F(LinkageTest, ARunWithFarTooManyCandidatesIsStoppedAndItsSitesAreNamed) {
  constexpr int kRecords = 250;
  constexpr int kTokens = 80;
  std::vector<SampleToken> tokens;
  for (int i = 0; i < kTokens; ++i) tokens.push_back({absl::StrCat("t", i)});
  for (const char* site : {"east", "west"}) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < kRecords; ++i) records.push_back({absl::StrCat(site, i), tokens});
    Add(site, records);
  }
  Add("north", {{"anna", {{"honest"}}}});
  Add("south", {{"ann", {{"honest"}}}});
  const absl::Status status = TryRun(TinyPlan());
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(
      std::string(status.message()),
      testing::AllOf(testing::HasSubstr("east (100 %)"), testing::HasSubstr("west (100 %)"),
                     testing::HasSubstr("name-dob (100 %)"), testing::HasSubstr("upload discard")));
}

}  // namespace
}  // namespace blindlink::resolver
