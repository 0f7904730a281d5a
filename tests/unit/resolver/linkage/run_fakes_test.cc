#include "resolver/linkage/run_fakes.h"

#include <gmock/gmock.h>

#include <fstream>

#include "resolver/results/forget_records.h"
#include "tests/unit/resolver/linkage/linkage_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Every site adds one fake for each of its records.
constexpr char kAsManyFakes[] = "fakes_per_1000_records: 1000";

class RunFakesTest : public LinkageTest {
 protected:
  // Two people are at both sites; one more is at north, two are at south.
  void AddSites(bool with_fakes) {
    std::vector<SampleRecord> north = {{"anna", {{"a"}}}, {"bob", {{"b"}}}, {"carl", {{"c"}}}};
    std::vector<SampleRecord> south = {
        {"ann", {{"a"}}}, {"rob", {{"b"}}}, {"dora", {{"d"}}}, {"emil", {{"e"}}}};
    if (with_fakes) {
      for (const char* fake : {"x1", "x2", "x3"}) north.push_back({fake, {{fake}}});
      for (const char* fake : {"y1", "y2", "y3", "y4"}) south.push_back({fake, {{fake}}});
    }
    Add("north", north);
    Add("south", south);
  }

  static std::vector<std::string> Overlap(const RunResult& result) {
    std::vector<std::string> cells;
    for (const v1::OverlapCell& cell : result.ExactOverlap()) {
      cells.push_back(absl::StrCat(cell.left_site(), "-", cell.right_site(), "=", cell.entities()));
    }
    return cells;
  }

  static std::vector<std::string> RecordsOf(const RunResult& result) {
    v1::EntityChunk chunk;
    EXPECT_TRUE(result.AppendEntities(0, result.entity_row_count(), &chunk).ok());
    std::vector<std::string> records;
    for (const v1::EntityMember& member : chunk.members()) {
      records.push_back(NameOf(member.record()));
    }
    return records;
  }
};

TEST_F(RunFakesTest, CountsOfARunAreThoseWithoutFakes) {
  AddSites(/*with_fakes=*/false);
  const auto plain = Run(TinyPlan());
  const v1::RunSummary expected = summary();
  const std::vector<std::string> overlap = Overlap(*plain);
  const std::vector<std::string> pairs = Pairs(*plain);
  const std::vector<std::string> entities = Entities(*plain);

  StartAnew();
  AddSites(/*with_fakes=*/true);
  const auto mixed = Run(TinyPlan(kAsManyFakes));
  EXPECT_EQ(summary().records(), 7u);
  EXPECT_EQ(summary().entities(), expected.entities());
  EXPECT_EQ(summary().entities_of_two_or_more(), expected.entities_of_two_or_more());
  ASSERT_EQ(summary().entity_sizes_size(), expected.entity_sizes_size());
  for (int i = 0; i < expected.entity_sizes_size(); ++i) {
    EXPECT_EQ(summary().entity_sizes(i).entities(), expected.entity_sizes(i).entities());
  }
  EXPECT_EQ(Overlap(*mixed), overlap);
  EXPECT_EQ(Pairs(*mixed), pairs);
  EXPECT_EQ(Entities(*mixed), entities);
}

TEST_F(RunFakesTest, TheEntityMapHasOnlyRecordsThatAreNotAlone) {
  AddSites(/*with_fakes=*/true);
  const auto result = Run(TinyPlan(kAsManyFakes));
  EXPECT_THAT(RecordsOf(*result), ElementsAre("anna", "bob", "ann", "rob"));
  EXPECT_EQ(result->Info().entity_map_rows(), 4u);
  EXPECT_THAT(result->Info().note(), HasSubstr("fake records"));
  v1::EntityChunk rest;
  ASSERT_TRUE(result->AppendEntities(3, 1000, &rest).ok());
  ASSERT_EQ(rest.members_size(), 1) << "an interrupted fetch goes on in the middle";
  EXPECT_EQ(NameOf(rest.members(0).record()), "rob");
  const auto members = result->Members(0, 1000);
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(members->size(), 4u);
  EXPECT_EQ((*members)[0].entity, (*members)[2].entity);
}

TEST_F(RunFakesTest, ARunForSomeDatasetsHasOnlyTheirFakes) {
  AddSites(/*with_fakes=*/true);
  only_with_ = {1};
  const auto result = Run(TinyPlan(kAsManyFakes));
  // The records of north, and the two of south that share tokens with them.
  EXPECT_EQ(summary().records(), 5u);
  EXPECT_THAT(Overlap(*result), ElementsAre("north-north=3", "north-south=2", "south-south=2"));
}

TEST_F(RunFakesTest, ASiteThatAddsNoFakesMakesNoCountNegative) {
  Add("north", {{"anna", {{"a"}}}, {"bob", {{"b"}}}});
  Add("north", {{"anna", {{"a"}}}, {"bob", {{"b"}}}});
  Add("north", {{"anna", {{"a"}}}, {"bob", {{"b"}}}});
  const auto result = Run(TinyPlan(kAsManyFakes));
  EXPECT_EQ(summary().records(), 0u);
  EXPECT_EQ(summary().entities(), 0u);
  EXPECT_THAT(RecordsOf(*result), IsEmpty());
  EXPECT_THAT(Overlap(*result), ElementsAre("north-north=0"));
}

TEST_F(RunFakesTest, ADamagedListIsNoticed) {
  AddSites(/*with_fakes=*/true);
  const Plan plan = TinyPlan(kAsManyFakes);
  Run(plan);
  {
    std::fstream file(folder_ / kListedFile, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(3);
    file.put(5);
  }
  const auto damaged = RunResult::Open(folder_.path(), run_, plan, *key_);
  EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss);
}

TEST(RealRecords, WhatADatasetHasLostWerePeople) {
  const Plan plan = TinyPlan("fakes_per_1000_records: 100");
  storage::v1::CommittedDataset dataset;
  dataset.set_records(110);
  EXPECT_EQ(RealRecords(plan, dataset), 100u);
  dataset.set_records_at_commit(110);
  dataset.set_records(70);
  EXPECT_EQ(RealRecords(plan, dataset), 60u) << "the ten fakes are still there";
  dataset.set_records(7);
  EXPECT_EQ(RealRecords(plan, dataset), 0u);
}

TEST_F(RunFakesTest, AResultThatLosesRecordsIsNotDamaged) {
  AddSites(/*with_fakes=*/true);
  const Plan plan = TinyPlan(kAsManyFakes);
  Run(plan);
  const auto gone = ForgetRecords(
      folder_.path(), "north", {RecordNamed("anna"), RecordNamed("x1")},
      [](const StoredToken&) { return false; }, &run_,
      [](const auto&) { return absl::OkStatus(); });
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(*gone, 2u);
  EXPECT_EQ(summary().records(), 5u);
  const auto result = RunResult::Open(folder_.path(), run_, plan, *key_);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(RecordsOf(**result), ElementsAre("bob", "ann", "rob"));
  EXPECT_EQ((*result)->Info().entity_map_rows(), 3u);
}

}  // namespace
}  // namespace blindlink::resolver
