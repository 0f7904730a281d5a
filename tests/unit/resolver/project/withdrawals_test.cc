// Records that sites withdraw: resolver/project/withdrawals.cc.
#include <gmock/gmock.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/results/result_rows.h"
#include "tests/unit/resolver/project/dataset_changes_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(DatasetChangesTest, AWithdrawalRemovesRecordsFromDatasetsRunsAndRegister) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("north", "second", {{"a", {"w"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  ASSERT_EQ(Link().state(), v1::FINISHED);
  const storage::v1::StoredWithdrawal done = Withdraw("north", {"a", "nobody"});
  EXPECT_EQ(done.records(), 2u);
  EXPECT_EQ(done.records_removed(), 2u) << "of two datasets";
  EXPECT_EQ(done.postings_removed(), 2u);
  EXPECT_EQ(done.results_changed(), 1u);
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}}));
  const auto result = runs_->Result("run-000001");
  EXPECT_TRUE(absl::IsFailedPrecondition(result.status())) << result.status();
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("--since run-000001"));
  EXPECT_THAT(FilesWith(RecordNamed("a").AsView()), IsEmpty());
  const v1::LinkageRun again = Link("run-000001");
  EXPECT_EQ(again.state(), v1::FINISHED) << again.failure();
  EXPECT_TRUE(again.incremental());
  EXPECT_EQ(again.summary().records(), 3u);
  EXPECT_EQ(again.summary().match_pairs(), 1u);
}

TEST_F(DatasetChangesTest, AWithdrawalWaitsForUploadsThatMayHaveTheRecords) {
  Commit("north", "first", {{"a", {"t"}}});
  ASSERT_TRUE(uploads_->Begin(Manifest("north", "second", v1::APPEND)).ok());
  const auto refused = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("second"));
  EXPECT_TRUE(absl::IsInvalidArgument(changes_->Withdraw("south", "", "f", 1000).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(changes_->Withdraw("south", "short", "f", 1000).status()));
}

TEST_F(DatasetChangesTest, ADatasetThatLosesAllItsRecordsIsGone) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("north", "second", {{"b", {"u"}}});
  Withdraw("north", {"a"});
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"second"}));
  EXPECT_EQ(index_.Datasets()->size(), 1u);
}

TEST_F(DatasetChangesTest, WhatTheCoordinatorLeftOutStaysOutWhenItLosesRecords) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "first").ok());
  Withdraw("north", {"a"});
  EXPECT_EQ(StateOf("north", "first"), v1::WITHDRAWN);
  EXPECT_TRUE(Seen("north").empty());
}

TEST_F(DatasetChangesTest, AfterARestartAWithdrawalTakesNothingFromWhatCameLater) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Hold();
  const auto info = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  ASSERT_TRUE(info.ok()) << info.status();
  ASSERT_TRUE(Begin(Manifest("north", "again", v1::APPEND), {{"a", {"w"}}}).ok());
  Close();
  Open();
  WaitUntilDone(info->withdrawal());
  WaitUntilCommitted("north", "again");
  EXPECT_EQ(Seen("north"), Meant({{"a", {"w"}}, {"b", {"u"}}}));
}

TEST_F(DatasetChangesTest, OneDamagedResultKeepsAWithdrawalFromNoOther) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  Link();
  Link();
  const std::string withdrawal = FailToWithdraw("north", {"a"}, "run-000001");
  EXPECT_EQ(runs_->Get("run-000002")->withdrawn_records(), 1u);
  EXPECT_THAT(changes_->Get("", withdrawal)->failure(), HasSubstr("run-000001"));
  changes_->RetryFailed(time(nullptr));
  EXPECT_FALSE(changes_->Get("", withdrawal)->failure().empty()) << "it is not time yet";
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  changes_->RetryFailed(LaterThanAnyAttempt());
  EXPECT_EQ(WaitUntilDone(withdrawal).results_changed(), 1u) << "by the first attempt";
}

TEST_F(DatasetChangesTest, ARunWhoseOwnFileIsDamagedKeepsItsResults) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  const std::filesystem::path folder = folder_ / "runs" / "run-000001";
  const std::string good = *ReadFile(folder / "run.pb");
  Close();
  ASSERT_TRUE(WriteFileAtomically(folder / "run.pb", good.substr(0, good.size() - 1), 0600).ok());
  Open();
  const auto info = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_THAT(WaitUntilFailed(info->withdrawal()), HasSubstr("run-000001 may still have"));
  EXPECT_TRUE(std::filesystem::exists(folder / kRecordsFile));
  // Restored from a backup, it loses the records too.
  Close();
  ASSERT_TRUE(WriteFileAtomically(folder / "run.pb", good, 0600).ok());
  Open();
  EXPECT_EQ(WaitUntilDone(info->withdrawal()).results_changed(), 1u);
  EXPECT_EQ(runs_->Get("run-000001")->withdrawn_records(), 1u);
}

TEST_F(DatasetChangesTest, TheSameRecordsAgainContinueAWithdrawalThatIsNotDone) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  const std::string withdrawal = FailToWithdraw("north", {"a"}, "run-000001");
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  const auto of_others = changes_->Withdraw("south", Pseudonyms({"a"}), "f", 1000);
  ASSERT_TRUE(of_others.ok());
  EXPECT_NE(of_others->withdrawal(), withdrawal);
  const auto again = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->withdrawal(), withdrawal);
  WaitUntilDone(withdrawal);
  EXPECT_NE(changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000)->withdrawal(), withdrawal);
}

TEST_F(DatasetChangesTest, AWithdrawalThatIsTriedAgainLeavesWhatTheSiteHasSentSince) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  const std::string withdrawal = FailToWithdraw("north", {"a"}, "run-000001");
  Commit("north", "again", {{"a", {"w"}}});
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  changes_->RetryFailed(LaterThanAnyAttempt());
  WaitUntilDone(withdrawal);
  EXPECT_EQ(Seen("north"), Meant({{"a", {"w"}}, {"b", {"u"}}}));
}

TEST_F(DatasetChangesTest, WhoeverWithdrawsWhatWasSentAgainMeansThatToo) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  const std::string withdrawal = FailToWithdraw("north", {"a"}, "run-000001");
  Commit("north", "again", {{"a", {"w"}}, {"c", {}}});
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  const storage::v1::StoredWithdrawal second = Withdraw("north", {"a"});
  EXPECT_NE(second.withdrawal(), withdrawal);
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}, {"c", {}}}));
}

TEST_F(DatasetChangesTest, AWithdrawalGoesOnAsSoonAsTheIndexKeyIsReplaced) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Hold();
  const auto info = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  ASSERT_TRUE(info.ok()) << info.status();
  storage::v1::StoredIndexKey key = notes_->index_key();
  key.set_rotating(true);
  ASSERT_TRUE(notes_->SetIndexKey(key).ok());
  Release();
  EXPECT_THAT(WaitUntilFailed(info->withdrawal()), HasSubstr("index key is being replaced"));
  changes_->RetryFailed(LaterThanAnyAttempt());
  EXPECT_FALSE(changes_->Get("", info->withdrawal())->failure().empty()) << "it would fail again";
  key.set_rotating(false);
  ASSERT_TRUE(notes_->SetIndexKey(key).ok());
  changes_->RetryFailed(time(nullptr));
  WaitUntilDone(info->withdrawal());
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}}));
}

TEST_F(DatasetChangesTest, WhatIsBeingFetchedEndsWhenRecordsOfItAreWithdrawn) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  Link();
  Commit("north", "second", {{"c", {"v"}}, {"d", {"v"}}});
  Link("run-000001");
  EXPECT_TRUE(runs_->CheckUnchanged("run-000001", 0).ok());
  int rows = 0;
  const auto changes = runs_->EntityChanges("run-000001", "", [&](const v1::EntityChange&) {
    if (++rows == 1) Withdraw("north", {"a"});
    return absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(changes.status())) << changes.status();
  EXPECT_EQ(rows, 1);
  EXPECT_TRUE(absl::IsFailedPrecondition(runs_->CheckUnchanged("run-000001", 0)));
  EXPECT_TRUE(runs_->CheckUnchanged("run-000001", 1).ok());
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  EXPECT_TRUE(absl::IsNotFound(runs_->CheckUnchanged("run-000001", 1)));
}

class OverusedTokens : public DatasetChangesTest {
 protected:
  OverusedTokens() : DatasetChangesTest(TinyPlan("limits { max_records_per_token: 2 }")) {}
  // The token as the index has it.
  std::string Stored(const std::string& token) {
    StoredTokenMaker tokens = key_->TokenMaker();
    return std::string(tokens.Make(TokenNamed(token).AsView())[0].AsView());
  }
};

// A run notes how it used them (token_use.rows).
TEST_F(OverusedTokens, LeaveTheRunsWithTheLastRecordThatHadThem) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"t"}}, {"c", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  Link();
  ASSERT_THAT(FilesWith(Stored("t")), Not(IsEmpty()));
  Withdraw("north", {"a", "b"});
  EXPECT_THAT(FilesWith(Stored("t")), Not(IsEmpty())) << "the other site's record still has it";
  Withdraw("south", {"x"});
  EXPECT_THAT(FilesWith(Stored("t")), IsEmpty());
  const v1::LinkageRun since = Link("run-000001");
  EXPECT_TRUE(since.incremental());
  EXPECT_EQ(since.summary().match_pairs(), 1u);
}

TEST_F(OverusedTokens, LeaveTheRunsAlsoIfACorrectionHadTakenThemFromTheRecord) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"t"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  Commit("north", "fixes", {{"a", {"v"}}, {"b", {"v"}}}, v1::CORRECTION);
  Commit("south", "fixes", {{"x", {"v"}}}, v1::CORRECTION);
  ASSERT_THAT(FilesWith(Stored("t")), Not(IsEmpty()));
  Withdraw("north", {"a"});
  EXPECT_THAT(FilesWith(Stored("t")), IsEmpty());
}

TEST_F(DatasetChangesTest, NoResultSeemsDamagedWhileRecordsAreWithdrawnFromIt) {
  Rows rows;
  for (int i = 0; i < 60; ++i) rows[absl::StrCat("r", i)] = {absl::StrCat("t", i % 7)};
  Commit("north", "first", rows);
  Commit("south", "first", {{"x", {"t1"}}, {"y", {"t2"}}});
  ASSERT_EQ(Link().state(), v1::FINISHED);
  std::atomic<bool> ended = false;
  std::thread reader([&] {
    while (!ended) {
      for (const v1::ResultInfo& info : runs_->ListResults()) EXPECT_EQ(info.damage(), "");
      const absl::Status explained = runs_->Explanation("run-000001").status();
      EXPECT_TRUE(explained.ok()) << explained;
      const absl::Status seen = runs_->Overview("run-000001").status();
      EXPECT_TRUE(seen.ok()) << seen;
    }
  });
  for (int i = 0; i < 50; ++i) Withdraw("north", {absl::StrCat("r", i)});
  ended = true;
  reader.join();
  EXPECT_EQ(runs_->Get("run-000001")->withdrawn_records(), 50u);
}

TEST_F(DatasetChangesTest, WithoutAnIndexRecordsAreWithdrawnFromResults) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"u"}}});
  Link();
  ASSERT_TRUE(changes_->Close().ok());
  const auto refused = changes_->Withdraw("north", Pseudonyms({"a"}), "f", 1000);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("withdraw again in a minute"));
  changes_->UseNoIndex();
  runs_->CloseAnyway();
  const storage::v1::StoredWithdrawal done = Withdraw("north", {"a"});
  EXPECT_EQ(done.records_removed(), 0u);
  EXPECT_EQ(done.results_changed(), 1u);
  EXPECT_THAT(FilesWith(RecordNamed("a").AsView()), IsEmpty());
  EXPECT_THAT(std::string(runs_->Result("run-000001").status().message()),
              HasSubstr("no other run"));
}

TEST_F(DatasetChangesTest, AWithdrawalThatFailsIsCountedUntilItIsDone) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Link();
  EXPECT_EQ(changes_->CountFailing(), 0u);
  const std::string withdrawal = FailToWithdraw("north", {"a"}, "run-000001");
  EXPECT_EQ(changes_->CountFailing(), 1u);
  Hold();
  changes_->RetryFailed(LaterThanAnyAttempt());
  EXPECT_EQ(changes_->CountFailing(), 1u) << "while it is tried again";
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  Release();
  WaitUntilDone(withdrawal);
  EXPECT_EQ(changes_->CountFailing(), 0u);
}

TEST_F(DatasetChangesTest, WhatIsDoneIsRecordedOnce) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  const std::string withdrawal = Withdraw("north", {"a"}).withdrawal();
  EXPECT_EQ(changes_->Unrecorded(), std::vector<std::string>{withdrawal});
  int entered = 0;
  const auto enter = [&](const storage::v1::StoredWithdrawal&) -> absl::StatusOr<uint64_t> {
    if (++entered == 1) return absl::UnavailableError("the disk is full");
    return 17;
  };
  EXPECT_TRUE(absl::IsUnavailable(changes_->Record(withdrawal, enter).status()));
  EXPECT_EQ(changes_->Unrecorded().size(), 1u);
  EXPECT_EQ(changes_->Record(withdrawal, enter)->audit_entry(), 17u);
  EXPECT_EQ(changes_->Record(withdrawal, enter)->audit_entry(), 17u);
  EXPECT_EQ(entered, 2);
  EXPECT_THAT(changes_->Unrecorded(), IsEmpty());
}

}  // namespace
}  // namespace blindlink::resolver
