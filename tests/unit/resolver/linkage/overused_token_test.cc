// An index that lacks the postings of over-used tokens gives the results of one that has them.
#include "resolver/index/overused_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "resolver/results/row_file.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kMostRecords = 8;

class OverusedTokenTest : public LinkageTest {
 protected:
  // What a run over all datasets gives: the bytes of its files and its counts.
  struct Outcome {
    std::string pairs;
    std::string entities;
    v1::RunSummary counts;
  };
  // `stored`: whether the postings of over-used tokens are stored, as they once were.
  Outcome Link(bool stored, const Plan& plan) {
    StartAnew();
    max_stored_per_token_ = stored ? std::numeric_limits<size_t>::max() : kMostRecords;
    std::mt19937 random(11);
    Add("large", RandomRecords(1500, &random));
    Add("small", RandomRecords(80, &random));
    Add("small", RandomRecords(300, &random));
    Add("tiny", RandomRecords(40, &random));
    Run(plan);
    return {*ReadFile(folder_ / kPairsFile), *ReadFile(folder_ / kEntitiesFile), summary()};
  }
  // Some tokens are frequent in one dataset, some in all of them only.
  static std::vector<SampleRecord> RandomRecords(int count, std::mt19937* random) {
    std::vector<SampleRecord> made;
    for (int i = 0; i < count; ++i) {
      SampleRecord& record = made.emplace_back(SampleRecord{absl::StrFormat("r%d", i), {}});
      for (const uint8_t key : {kNameDob, kLastDob}) {
        const uint32_t often = 1 + (*random)() % 300;
        record.tokens.push_back({absl::StrFormat("t%d", (*random)() % often), key, 0});
        record.tokens.push_back(
            {absl::StrFormat("n%d", (*random)() % 200), kNameDob, kNicknameForm});
      }
    }
    return made;
  }
  static Plan PlanWith(const std::string& more) {
    return TinyPlan(absl::StrFormat("limits { max_records_per_token: %d } %s", kMostRecords, more));
  }
  void ExpectSame(const Plan& plan) {
    const Outcome with = Link(true, plan);
    const Outcome without = Link(false, plan);
    EXPECT_GT(with.pairs.size(), 1000u);
    EXPECT_TRUE(with.pairs == without.pairs);
    EXPECT_GT(with.counts.tokens_overused(), 10u);
    EXPECT_EQ(with.counts.tokens_overused(), without.counts.tokens_overused());
    EXPECT_EQ(with.counts.tokens_shared(), without.counts.tokens_shared());
    EXPECT_EQ(with.counts.candidate_pairs(), without.counts.candidate_pairs());
    EXPECT_EQ(with.counts.postings(), without.counts.postings());
    for (int i = 0; i < with.counts.match_keys_size(); ++i) {
      EXPECT_EQ(with.counts.match_keys(i).overused_postings(),
                without.counts.match_keys(i).overused_postings());
    }
    // Which of its over-used tokens a record shares is not known any more.
    EXPECT_GE(without.counts.records_only_overused(), with.counts.records_only_overused());
    EXPECT_LE(without.counts.records_only_overused(), with.counts.records());
    if (only_with_.empty()) {
      EXPECT_TRUE(with.entities == without.entities);
    }
  }
};

TEST_F(OverusedTokenTest, TheirDeletionChangesNoByteOfPairsAndEntities) {
  ExpectSame(PlanWith(""));
}

TEST_F(OverusedTokenTest, TheirDeletionChangesNothingWithinSites) {
  ExpectSame(PlanWith("entity_rules { within_site_duplicates: true }"));
}

TEST_F(OverusedTokenTest, TheirDeletionChangesNoPairOfARunForOneDataset) {
  only_with_ = {4};
  const Plan plan = PlanWith("");
  const Outcome with = Link(true, plan);
  const std::vector<std::string> pairs = Pairs(*Run(plan));
  Link(false, plan);
  EXPECT_EQ(Pairs(*Run(plan)), pairs);
  EXPECT_GT(pairs.size(), 3u);
}

// As data grow: the token stays over-used together with the records that come later.
TEST_F(OverusedTokenTest, OneOfADatasetIsOverusedForAllOthers) {
  max_stored_per_token_ = 3;
  const Plan plan = TinyPlan("limits { max_records_per_token: 3 }");
  Add("north", {{"a", {{"often"}}}, {"b", {{"often"}}}, {"c", {{"often"}}}, {"d", {{"often"}}}});
  Add("south", {{"e", {{"often"}}}});
  EXPECT_TRUE(Pairs(*Run(plan)).empty());
  EXPECT_EQ(summary().match_keys(0).overused_tokens(), 1u);
  EXPECT_EQ(summary().match_keys(0).overused_postings(), 5u);
  EXPECT_EQ(summary().records_only_overused(), 5u);
  Add("west", {{"f", {{"often"}}}, {"g", {{"rare"}}}});
  Add("south", {{"h", {{"rare"}}}});
  EXPECT_EQ(Pairs(*Run(plan)), Lines{"south/h west/g exact"});
  EXPECT_EQ(summary().match_keys(0).overused_postings(), 6u);
}

TEST_F(OverusedTokenTest, OneThatNobodyElseHasLeavesNoRecordWithoutAChance) {
  max_stored_per_token_ = 3;
  Add("north", {{"a", {{"often"}}}, {"b", {{"often"}}}, {"c", {{"often"}}}, {"d", {{"often"}}}});
  Add("south", {{"e", {{"rare"}}}});
  Run(TinyPlan("limits { max_records_per_token: 3 }"));
  EXPECT_EQ(summary().tokens_overused(), 0u);
  EXPECT_EQ(summary().records_only_overused(), 0u);
}

}  // namespace
}  // namespace blindlink::resolver
