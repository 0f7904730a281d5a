#include "resolver/entities/entity_register.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "resolver/entities/entity_changes.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/forget_records.h"
#include "resolver/results/result_files.h"
#include "resolver/results/row_file.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<bool> NoneHasLeft(const StoredToken&) { return false; }

RecordPseudonym RecordOf(char letter) {
  RecordPseudonym record;
  record.bytes.fill(static_cast<uint8_t>(letter));
  return record;
}

class EntityRegisterTest : public testing::Test {
 protected:
  EntityRegisterTest() { Open(); }
  void Open() {
    auto opened = EntityRegister::Open({folder_ / "entities", {uint64_t{1} << 20}});
    ASSERT_TRUE(opened.ok()) << opened.status();
    entities_ = *std::move(opened);
  }

  // A run over sites of one letter; each record is a site and a letter, "na", in order; entities by
  // the lowest rank.
  RunFiles Finish(uint64_t number, const std::vector<std::string>& records,
                  const std::vector<uint32_t>& first, bool of_some = false) {
    RunFiles run;
    run.folder = folder_ / std::to_string(number);
    std::filesystem::create_directory(run.folder);
    run.run.set_entity_seed(std::string(32, static_cast<char>(number)));
    run.run.set_of_some_records(of_some);
    run.run.mutable_run()->set_run("run-" + std::to_string(number));
    auto rows = RowFileWriter<RecordRow>::Create(run.folder / kRecordsFile, WithDigest::kYes);
    auto of = RowFileWriter<EntityRow>::Create(run.folder / kEntitiesFile, WithDigest::kYes);
    auto pairs = RowFileWriter<PairRow>::Create(run.folder / kPairsFile, WithDigest::kYes);
    for (size_t i = 0; i < records.size(); ++i) {
      const std::string site = records[i].substr(0, 1);
      if (run.run.sites().empty() || run.run.sites().rbegin()->compare(site) != 0) {
        run.run.add_sites(site);
      }
      const auto at = static_cast<uint16_t>(run.run.sites_size() - 1);
      EXPECT_TRUE((*rows)->Append({at, RecordOf(records[i][1])}).ok());
      EXPECT_TRUE((*of)->Append({first[i]}).ok());
    }
    EXPECT_TRUE(FinishResultFile(kRecordsFile, rows->get(), &run.run).ok());
    EXPECT_TRUE(FinishResultFile(kEntitiesFile, of->get(), &run.run).ok());
    EXPECT_TRUE(FinishResultFile(kPairsFile, pairs->get(), &run.run).ok());
    EXPECT_TRUE(entities_->Name(run.folder, &run.run).ok());
    return run;
  }
  RunFiles FinishAndTake(uint64_t number, const std::vector<std::string>& records,
                         const std::vector<uint32_t>& first, bool of_some = false) {
    RunFiles run = Finish(number, records, first, of_some);
    EXPECT_TRUE(entities_->Take(number, run.folder, run.run).ok());
    return run;
  }
  static std::vector<EntityId> Ids(const RunFiles& run) {
    const auto file = RowFileReader<EntityIdRow>::Open(run.folder / kEntityIdsFile);
    std::vector<EntityId> ids;
    const auto rows = (*file)->Read(0, (*file)->rows());
    for (const EntityIdRow& row : *rows) ids.push_back(row.id);
    return ids;
  }
  static std::vector<EntityEventRow> Events(const RunFiles& run) {
    const auto file = RowFileReader<EntityEventRow>::Open(run.folder / kEntityEventsFile);
    return *(*file)->Read(0, (*file)->rows());
  }
  // Of the only split of a run.
  static EntityEventCause CauseOfSplit(const RunFiles& run) {
    const std::vector<EntityEventRow> events = Events(run);
    EXPECT_EQ(events.size(), 1u);
    if (events.size() != 1) return {};
    EXPECT_FALSE(events[0].merged);
    return events[0].cause;
  }

  TemporaryFolder folder_;
  std::unique_ptr<EntityRegister> entities_;
};

TEST_F(EntityRegisterTest, IdsAreKeptOverRunsAndRestartsAndNewSites) {
  const std::vector<EntityId> before = Ids(FinishAndTake(1, {"nb", "sa"}, {0, 0}));
  Open();
  const std::vector<EntityId> after =
      Ids(FinishAndTake(2, {"ea", "na", "nb", "sa", "sz"}, {0, 1, 1, 1, 4}));
  EXPECT_EQ(before[0], before[1]);
  EXPECT_EQ(after[1], before[0]) << "the entity has another first record";
  EXPECT_NE(after[0], before[0]);
  EXPECT_NE(after[4], after[0]);
}

TEST_F(EntityRegisterTest, ARecordThatIsMissingFromARunHasItsIdWhenItComesBack) {
  const std::vector<EntityId> before = Ids(FinishAndTake(1, {"na", "sa"}, {0, 1}));
  FinishAndTake(2, {"na"}, {0});
  EXPECT_EQ(Ids(FinishAndTake(3, {"na", "sa"}, {0, 1})), before);
}

TEST_F(EntityRegisterTest, ARunOfSomeRecordsChangesNoIdButGivesNewOnes) {
  const std::vector<EntityId> before = Ids(FinishAndTake(1, {"na", "sa"}, {0, 0}));
  const std::vector<EntityId> some =
      Ids(FinishAndTake(2, {"na", "sa", "sb"}, {0, 1, 2}, /*of_some=*/true));
  const std::vector<EntityId> after = Ids(FinishAndTake(3, {"na", "sa", "sb"}, {0, 0, 2}));
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[2], some[2]);
}

TEST_F(EntityRegisterTest, ARunThatIsRepeatedGivesTheSameIdsAndIsTakenOnce) {
  FinishAndTake(1, {"na", "sa"}, {0, 0});
  const RunFiles once = Finish(2, {"na", "sa", "sb"}, {0, 1, 1});
  const std::vector<EntityId> ids = Ids(once);
  std::filesystem::remove_all(once.folder);
  const RunFiles again = FinishAndTake(2, {"na", "sa", "sb"}, {0, 1, 1});
  EXPECT_EQ(Ids(again), ids);
  const std::string file = *ReadFile(folder_ / "entities" / "register.pb");
  EXPECT_TRUE(entities_->Take(2, again.folder, again.run).ok());
  EXPECT_EQ(*ReadFile(folder_ / "entities" / "register.pb"), file);
}

TEST_F(EntityRegisterTest, ChangesBetweenTwoRunsNameEventsAndRecords) {
  const RunFiles older = FinishAndTake(1, {"na", "nb", "sa"}, {0, 1, 0});
  const RunFiles newer = FinishAndTake(2, {"na", "nb", "sb"}, {0, 0, 2});
  const std::vector<EntityId> before = Ids(older);
  std::vector<v1::EntityChange> changes;
  ASSERT_TRUE(ForEachEntityChange(older, newer, {newer}, [&](const v1::EntityChange& change) {
                changes.push_back(change);
                return absl::OkStatus();
              }).ok());
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].kind(), v1::ENTITIES_MERGED);
  EXPECT_EQ(changes[0].entity_before(), before[1].AsView());
  EXPECT_EQ(changes[0].entity(), before[0].AsView());
  EXPECT_EQ(changes[1].kind(), v1::RECORD_MOVED);
  EXPECT_EQ(changes[1].record(), RecordOf('b').AsView());
  EXPECT_EQ(changes[2].kind(), v1::RECORD_LEFT);
  EXPECT_EQ(changes[3].kind(), v1::RECORD_ADDED);
  EXPECT_EQ(changes[3].site(), "s");
}

TEST_F(EntityRegisterTest, ForgottenRecordsAreInNoFileOfRegisterAndRun) {
  RunFiles run = FinishAndTake(1, {"na", "nb", "sa"}, {0, 1, 0});
  const std::vector<EntityId> before = Ids(run);
  ASSERT_TRUE(entities_->Forget("n", {RecordOf('a')}).ok());
  const auto gone = ForgetRecords(run.folder, "n", {RecordOf('a')}, NoneHasLeft, &run.run,
                                  [](const auto&) { return absl::OkStatus(); });
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(*gone, 1u);
  EXPECT_EQ(run.run.run().withdrawn_records(), 1u);
  EXPECT_EQ(Ids(run), (std::vector<EntityId>{before[1], before[2]}));
  const auto records = RowFileReader<RecordRow>::Open(run.folder / kRecordsFile);
  ASSERT_EQ((*records)->rows(), 2u);
  EXPECT_EQ((*records)->ReadOne(1)->record, RecordOf('a')) << "of the other site, and stays";
  const auto first = RowFileReader<EntityRow>::Open(run.folder / kEntitiesFile);
  EXPECT_EQ((*first)->ReadOne(1)->first_record, 1u)
      << "the next record takes the first one's place";
}

TEST_F(EntityRegisterTest, AnEntityThatSplitsAfterAWithdrawalHasLostRecords) {
  FinishAndTake(1, {"na", "sb", "wc"}, {0, 0, 0});
  ASSERT_TRUE(entities_->Forget("n", {RecordOf('a')}).ok());
  Open();
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "entities")) {
    EXPECT_FALSE(absl::StrContains(*ReadFile(entry.path()), RecordOf('a').AsView()))
        << entry.path();
  }
  FinishAndTake(2, {"sb", "wc"}, {0, 0}, /*of_some=*/true);
  EXPECT_EQ(CauseOfSplit(FinishAndTake(3, {"sb", "wc"}, {0, 1})), EntityEventCause::kRecordsGone)
      << "a run of some records tells nobody";
}

TEST_F(EntityRegisterTest, RecordsThatLeftBeforeTheRunBeforeSplitNothing) {
  FinishAndTake(1, {"na", "nd", "sb", "wc"}, {0, 0, 0, 0});
  ASSERT_TRUE(entities_->Forget("n", {RecordOf('a')}).ok());
  EXPECT_TRUE(Events(FinishAndTake(2, {"sb", "wc"}, {0, 0})).empty());
  ASSERT_TRUE(entities_->Forget("n", {RecordOf('d')}).ok());
  EXPECT_EQ(CauseOfSplit(FinishAndTake(3, {"sb", "wc"}, {0, 1})), EntityEventCause::kDecidedAnew);
}

TEST_F(EntityRegisterTest, ARecordThatComesBackAndLeavesAgainIsGoneAgain) {
  FinishAndTake(1, {"na", "sb", "wc"}, {0, 0, 0});
  FinishAndTake(2, {"sb", "wc"}, {0, 0});
  FinishAndTake(3, {"na", "sb", "wc"}, {0, 0, 0});
  EXPECT_EQ(CauseOfSplit(FinishAndTake(4, {"sb", "wc"}, {0, 1})), EntityEventCause::kRecordsGone);
}

TEST_F(EntityRegisterTest, WhatAKillLeavesOfForgettingIsEndedOrTakenBack) {
  RunFiles run = FinishAndTake(1, {"na", "nb"}, {0, 1});
  const std::string before = *ReadFile(run.folder / kRecordsFile);
  int saves = 0;
  storage::v1::StoredRun stored = run.run;
  const auto killed_before_renaming = [&](const storage::v1::StoredRun& changed) {
    if (++saves > 1) return absl::AbortedError("killed");
    stored = changed;
    return absl::OkStatus();
  };
  EXPECT_FALSE(
      ForgetRecords(run.folder, "n", {RecordOf('a')}, NoneHasLeft, &run.run, killed_before_renaming)
          .ok());
  ASSERT_TRUE(stored.replacing_files());
  const auto save = [&](const storage::v1::StoredRun& changed) {
    stored = changed;
    return absl::OkStatus();
  };
  storage::v1::StoredRun reopened = stored;
  ASSERT_TRUE(FinishForgetting(run.folder, &reopened, save).ok());
  EXPECT_FALSE(stored.replacing_files());
  EXPECT_EQ((*ReadFile(run.folder / kRecordsFile)).size() * 2, before.size());

  RunFiles other = FinishAndTake(2, {"na", "nb"}, {0, 1});
  storage::v1::StoredRun unsaved = other.run;
  EXPECT_FALSE(
      ForgetRecords(other.folder, "n", {RecordOf('a')}, NoneHasLeft, &other.run, [](const auto&) {
        return absl::AbortedError("killed");
      }).ok());
  ASSERT_TRUE(FinishForgetting(other.folder, &unsaved, save).ok());
  EXPECT_EQ((*ReadFile(other.folder / kRecordsFile)).size(), before.size());
  for (const auto& entry : std::filesystem::directory_iterator(other.folder)) {
    EXPECT_FALSE(absl::EndsWith(entry.path().string(), ".new")) << entry.path();
  }
}

}  // namespace
}  // namespace blindlink::resolver
