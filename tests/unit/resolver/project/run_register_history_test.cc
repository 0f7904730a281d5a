// What runs have to do with each other and how they leave:
// resolver/project/run_register_history.cc.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "common/base/files.h"
#include "resolver/project/run_register.h"
#include "resolver/results/result_rows.h"
#include "resolver/storage/stored_message.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'700'000'000;

class RunRegisterHistoryTest : public RegisterTest {
 protected:
  void SendTwoSites() {
    SendAndCommit("north", "all");
    SendAndCommit("south", "all");
  }
  std::string Start() {
    const auto run = runs_->Start({}, kNow);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? run->run() : "";
  }
};

TEST_F(RunRegisterHistoryTest, WhatAnInterruptedRemovalHasLeftIsRemovedAtTheNextStart) {
  SendTwoSites();
  const std::string name = WaitForRun(Start()).run();
  const std::filesystem::path folder = folder_ / "runs" / name;
  Close();
  std::filesystem::remove(folder / "run.pb");
  ASSERT_TRUE(std::filesystem::exists(folder / kRecordsFile));
  Open();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(RunRegisterHistoryTest, ARunThatCannotBeRemovedIsStillThereAsAWhole) {
  SendTwoSites();
  const std::string name = WaitForRun(Start()).run();
  const std::filesystem::path folder = folder_ / "runs" / name;
  const std::string stored = *ReadFile(folder / "run.pb");
  std::filesystem::remove(folder / "run.pb");
  std::filesystem::create_directories(folder / "run.pb" / "in-the-way");
  EXPECT_FALSE(runs_->Remove(name).ok());
  runs_->RemoveStartedBefore(kNow + 1, decisions_.Enter());
  EXPECT_EQ(runs_->List().size(), 1u);
  EXPECT_TRUE(std::filesystem::exists(folder / kRecordsFile));
  std::filesystem::remove_all(folder / "run.pb");
  ASSERT_TRUE(WriteFileAtomically(folder / "run.pb", stored, 0600).ok());
  runs_->RemoveStartedBefore(kNow + 1, decisions_.Enter());
  EXPECT_TRUE(runs_->List().empty());
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(decisions_.entered.size(), 1u);  // of two attempts
}

// An earlier release kept none in a run that was in progress.
TEST_F(RunRegisterHistoryTest, ARunWithoutSeedForItsEntityIdsGetsOne) {
  SendTwoSites();
  std::set<std::string> ids;
  for (const char* name : {"run-000001", "run-000002"}) {
    Hold();
    ASSERT_EQ(Start(), name);
    Close();
    const std::filesystem::path file = folder_ / "runs" / name / "run.pb";
    storage::v1::StoredRun stored;
    ASSERT_TRUE(ReadStored(file, "", &stored).ok());
    stored.clear_entity_seed();
    ASSERT_TRUE(WriteStored(file, stored).ok());
    // So that nobody has an id yet.
    std::filesystem::remove_all(folder_ / "entities");
    Open();
    EXPECT_EQ(WaitForRun(name).state(), v1::FINISHED);
    v1::EntityChunk chunk;
    ASSERT_TRUE((*runs_->Result(name))->AppendEntities(0, 1, &chunk).ok());
    ids.insert(chunk.members(0).entity());
    ASSERT_TRUE(runs_->Remove(name).ok());
  }
  EXPECT_EQ(ids.size(), 2u) << "two entities must not have one id";
}

}  // namespace
}  // namespace blindlink::resolver
