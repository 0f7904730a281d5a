#include "resolver/results/run_result.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "common/base/files.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

class RunResultTest : public LinkageTest {
 protected:
  RunResultTest() {
    Add("north", {{"a", {{"t"}}}, {"b", {{"u"}}}, {"c", {}}});
    Add("south", {{"d", {{"t"}}}, {"e", {{"u"}}}});
    run_.mutable_run()->set_run("run-000001");
  }
};

TEST_F(RunResultTest, RowsAreGivenFromAnyPositionOn) {
  const auto result = Run(TinyPlan());
  v1::MatchPairChunk pairs;
  ASSERT_TRUE(result->AppendPairs(1, 100, &pairs).ok());
  ASSERT_EQ(pairs.pairs_size(), 1);
  EXPECT_EQ(NameOf(pairs.pairs(0).left_record()), "b");
  v1::EntityChunk whole;
  v1::EntityChunk parts;
  ASSERT_TRUE(result->AppendEntities(0, 5, &whole).ok());
  ASSERT_TRUE(result->AppendEntities(0, 2, &parts).ok());
  ASSERT_TRUE(result->AppendEntities(2, 9, &parts).ok());
  EXPECT_EQ(parts.SerializeAsString(), whole.SerializeAsString());
  EXPECT_EQ(whole.members_size(), 5);
}

TEST_F(RunResultTest, RecordsAndEntitiesAre32HexadecimalDigits) {
  v1::EntityChunk chunk;
  ASSERT_TRUE(Run(TinyPlan())->AppendEntities(0, 5, &chunk).ok());
  for (const v1::EntityMember& member : chunk.members()) {
    EXPECT_EQ(HexDecode(member.entity()).value_or("").size(), 16u);
    EXPECT_EQ(HexDecode(member.record()).value_or("").size(), 16u);
  }
}

TEST_F(RunResultTest, AnEntitysIdIsNoRecordsPseudonymAndIsTheSameInTheNextRun) {
  const auto ids = [&] {
    v1::EntityChunk chunk;
    EXPECT_TRUE(Run(TinyPlan())->AppendEntities(0, 5, &chunk).ok());
    std::vector<std::string> out;
    for (const v1::EntityMember& member : chunk.members()) {
      EXPECT_NE(member.entity(), member.record());
      out.push_back(member.entity());
    }
    return out;
  };
  const auto first = ids();
  EXPECT_EQ(ids(), first);
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), 3u);
}

TEST_F(RunResultTest, FilesThatAreNotWholeAreDataLoss) {
  Run(TinyPlan());
  for (const char* file : {kRecordsFile, kPairsFile, kEntitiesFile}) {
    const std::filesystem::path path = folder_ / file;
    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, size - 1);
    EXPECT_EQ(RunResult::Open(folder_.path(), run_, TinyPlan(), *key_).status().code(),
              absl::StatusCode::kDataLoss)
        << file;
    std::filesystem::resize_file(path, size);
  }
}

TEST_F(RunResultTest, RowsThatNoRunWritesAreDataLossAndNeverRead) {
  Run(TinyPlan());
  run_.clear_files();  // an earlier release's: nothing but the rows themselves tells
  const auto with = [&](const char* file, size_t at, uint8_t value) {
    const std::filesystem::path path = folder_ / file;
    const std::string good = *ReadFile(path);
    std::string bytes = good;
    bytes[at] = static_cast<char>(value);
    EXPECT_TRUE(WriteFileAtomically(path, bytes, 0600).ok());
    const auto result = RunResult::Open(folder_.path(), run_, TinyPlan(), *key_);
    EXPECT_TRUE(result.ok()) << result.status();
    v1::MatchPairChunk pairs;
    v1::EntityChunk entities;
    absl::Status status = (*result)->AppendPairs(0, 100, &pairs);
    status.Update((*result)->AppendEntities(0, 100, &entities));
    EXPECT_TRUE(WriteFileAtomically(path, good, 0600).ok());
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << file << " " << at;
    EXPECT_NE(std::string(status.message()).find("start another run"), std::string::npos) << status;
  };
  with(kPairsFile, 3, 200);    // left rank
  with(kPairsFile, 4, 1);      // right rank, beyond the records
  with(kPairsFile, 9, 17);     // rule, beyond the plan's
  with(kPairsFile, 8, 0xff);   // a band, beyond the last
  with(kPairsFile, 10, 0xbf);  // a negative score
  with(kRecordsFile, 1, 9);    // site
  with(kEntitiesFile, 3, 4);   // an entity that begins at a later record
}

TEST_F(RunResultTest, OneChangedBitOfAnyFileIsDataLoss) {
  Run(TinyPlan());
  for (const char* file : {kRecordsFile, kPairsFile, kEntitiesFile}) {
    const std::string good = *ReadFile(folder_ / file);
    for (size_t at = 0; at < good.size(); ++at) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
      ASSERT_TRUE(WriteFileAtomically(folder_ / file, bytes, 0600).ok());
      EXPECT_EQ(RunResult::Open(folder_.path(), run_, TinyPlan(), *key_).status().code(),
                absl::StatusCode::kDataLoss)
          << file << " " << at;
    }
    ASSERT_TRUE(WriteFileAtomically(folder_ / file, good, 0600).ok());
  }
  EXPECT_TRUE(RunResult::Open(folder_.path(), run_, TinyPlan(), *key_).ok());
}

TEST_F(RunResultTest, InfoNamesTheCounts) {
  const v1::ResultInfo info = Run(TinyPlan())->Info();
  EXPECT_EQ(info.match_pairs(), 2u);
  EXPECT_EQ(info.entity_map_rows(), 5u);
  EXPECT_FALSE(info.has_score());
}

TEST_F(RunResultTest, InfoHasTheRunsOwnEstimatesButNotTheWeightsOfLevels) {
  Run(TinyPlan());
  run_.mutable_run()->set_started_unix_seconds(86400);
  v1::ScoreReport* score = run_.mutable_run()->mutable_summary()->mutable_score();
  score->set_expected_ppv(0.75);
  score->add_levels()->set_field("last_name");
  const auto result = RunResult::Open(folder_.path(), run_, TinyPlan(), *key_);
  ASSERT_TRUE(result.ok()) << result.status();
  const v1::ResultInfo info = (*result)->Info();
  EXPECT_EQ(info.started_unix_seconds(), 86400);
  EXPECT_EQ(info.score().expected_ppv(), 0.75);
  EXPECT_EQ(info.score().levels_size(), 0);
}

}  // namespace
}  // namespace blindlink::resolver
