#include "resolver/project/run_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/crypto/sha256.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/results/result_rows.h"
#include "resolver/storage/stored_message.h"
#include "spdlog/sinks/ostream_sink.h"
#include "spdlog/spdlog.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000;

// What is logged while it lives.
class CapturedLog {
 public:
  CapturedLog() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)));
  }
  ~CapturedLog() { spdlog::set_default_logger(before_); }
  std::string text() const { return stream_.str(); }

 private:
  std::ostringstream stream_;
  const std::shared_ptr<spdlog::logger> before_;
};

class RunRegisterTest : public RegisterTest {
 protected:
  void SendTwoSites() {
    SendAndCommit("north", "all");
    SendAndCommit("south", "all");
  }
  static v1::StartLinkageRequest RequestWith(const std::string& plan_text) {
    v1::StartLinkageRequest request;
    request.set_plan_text(plan_text);
    return request;
  }
  std::string Start(const std::string& plan_text = "") {
    const auto run = runs_->Start(RequestWith(plan_text), kNow);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? run->run() : "";
  }
};

TEST_F(RunRegisterTest, NothingCommittedIsNothingToLink) {
  EXPECT_EQ(runs_->Start({}, kNow).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(runs_->List().empty());
}

TEST_F(RunRegisterTest, ARunFindsThePairsAndIsBoundToPlanAndDatasets) {
  SendTwoSites();
  const v1::LinkageRun run = WaitForRun(Start());
  EXPECT_EQ(run.run(), "run-000001");
  EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
  EXPECT_EQ(run.progress(), 1);
  EXPECT_EQ(run.started_unix_seconds(), kNow);
  EXPECT_EQ(run.plan_digest(), AsView(plan_.digest()));
  EXPECT_EQ(run.datasets_size(), 2);
  EXPECT_EQ(run.summary().match_pairs(), 1u);
  const auto result = runs_->Result("");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ((*result)->pair_count(), 1u);
}

TEST_F(RunRegisterTest, AnIndexThatDoesNotFitInMemoryIsSaidBeforeTheRunBegins) {
  SendTwoSites();
  Hold();
  const auto fits = runs_->Start({}, kNow);
  ASSERT_TRUE(fits.ok()) << fits.status();
  EXPECT_EQ(fits->notices_size(), 0);
  memory_ = 1;
  const auto slow = runs_->Start({}, kNow);
  ASSERT_TRUE(slow.ok()) << slow.status();
  EXPECT_EQ(slow->state(), v1::RUNNING);
  ASSERT_EQ(slow->notices_size(), 1);
  EXPECT_THAT(slow->notices(0), HasSubstr("does not fit in this machine's memory"));
  EXPECT_EQ(runs_->Get(slow->run())->notices_size(), 1) << "whoever follows the run reads it too";
  Release();
  EXPECT_EQ(WaitForRun(slow->run()).notices_size(), 1);
}

TEST_F(RunRegisterTest, ASiteThatHasNotSentYetIsNamedAndPartialLinksTheOthers) {
  sites_ = {"north", "south", "west"};
  Close();
  Open();
  SendTwoSites();
  const auto refused = runs_->Start({}, kNow);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("nothing is committed yet by west"), HasSubstr("--partial")));
  EXPECT_TRUE(runs_->List().empty());
  v1::StartLinkageRequest partial;
  partial.set_partial(true);
  const auto run = runs_->Start(partial, kNow);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(WaitForRun(run->run()).datasets_size(), 2);
  EXPECT_TRUE(notes_->token_key().id.empty()) << "only a run over all sites binds the key";
}

TEST_F(RunRegisterTest, DatasetsOfDifferentKeysAreNamedAndTheCoordinatorDecides) {
  v1::UploadManifest hostile = ManifestFor(plan_, "west", "all");
  hostile.set_token_key_id("key-id-2");
  ASSERT_TRUE(uploads_->Begin(hostile).ok());
  for (const v1::TokenBlock& block : Blocks("west")) {
    ASSERT_TRUE((*uploads_->Find("west", "all"))->Append(block).ok());
  }
  ASSERT_TRUE(Commit("west", "all").ok());
  WaitUntilCommitted("west", "all");
  SendTwoSites();
  const auto refused = runs_->Start({}, kNow);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("key 6b65792d69642d31: north/all, south/all"),
                    HasSubstr("key 6b65792d69642d32: west/all")));
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("west", "all").ok());
  const v1::LinkageRun run = WaitForRun(Start());
  EXPECT_EQ(run.datasets_size(), 2);
  EXPECT_EQ(run.summary().match_pairs(), 1u);
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
  EXPECT_EQ(notes_->token_key().bound_by, run.run());
}

TEST_F(RunRegisterTest, ARunLinksTheDatasetsThatItNamesAloneAndNoWithdrawnOne) {
  SendTwoSites();
  SendAndCommit("west", "all");
  v1::StartLinkageRequest request;
  for (const char* site : {"north", "west"}) {
    v1::DatasetName& name = *request.add_datasets();
    name.set_site(site);
    name.set_dataset("all");
  }
  const auto run = runs_->Start(request, kNow);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(WaitForRun(run->run()).datasets_size(), 2);
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("west", "all").ok());
  const auto withdrawn = runs_->Start(request, kNow);
  EXPECT_EQ(withdrawn.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(withdrawn.status().message()), HasSubstr("west/all is withdrawn"));
  v1::StartLinkageRequest unknown;
  unknown.add_datasets()->set_site("east");
  EXPECT_EQ(runs_->Start(unknown, kNow).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RunRegisterTest, APlanOverOtherTokensIsRefusedAndTheDifferenceNamed) {
  SendTwoSites();
  const std::string other = absl::StrReplaceAll(
      TinyPlanText(), {{"meets: BASE_OR_SAME", "meets: BASE_ONLY"}, {"NICKNAME_ROOT", "SOUNDEX"}});
  const auto run = runs_->Start(RequestWith(other), kNow);
  EXPECT_EQ(run.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(run.status().message()),
      AllOf(HasSubstr("different tokens"), HasSubstr("match key name-dob is made differently")));
  EXPECT_TRUE(runs_->List().empty());
}

TEST_F(RunRegisterTest, ARunOnlyWithADatasetSaysSoAndHasItsPairs) {
  SendTwoSites();
  SendAndCommit("west", "all");
  v1::StartLinkageRequest request;
  v1::DatasetName& name = *request.add_only_with();
  name.set_site("west");
  name.set_dataset("all");
  const auto started = runs_->Start(request, kNow);
  ASSERT_TRUE(started.ok()) << started.status();
  const v1::LinkageRun run = WaitForRun(started->run());
  EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
  ASSERT_EQ(run.only_with_size(), 1);
  EXPECT_EQ(run.only_with(0).site(), "west");
  EXPECT_EQ(run.summary().match_pairs(), 2u);
  EXPECT_EQ(WaitForRun(Start()).summary().match_pairs(), 3u);
}

TEST_F(RunRegisterTest, ARunOnlyWithADatasetThatIsNotCommittedIsRefused) {
  SendTwoSites();
  v1::StartLinkageRequest request;
  request.add_only_with()->set_site("west");
  const auto run = runs_->Start(request, kNow);
  EXPECT_EQ(run.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(run.status().message()), HasSubstr("site west"));
  EXPECT_TRUE(runs_->List().empty());
}

TEST_F(RunRegisterTest, AWrongPlanIsRefusedWithItsPlace) {
  SendTwoSites();
  EXPECT_EQ(runs_->Start(RequestWith("name: 7"), kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(RunRegisterTest, APlanWithOtherRulesNeedsNoOtherTokensAndIsBoundByItsDigest) {
  SendTwoSites();
  const std::string other = absl::StrReplaceAll(TinyPlanText(), {{"\"exact\"", "\"renamed\""}});
  const v1::LinkageRun run = WaitForRun(Start(other));
  EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
  EXPECT_EQ(run.plan_digest(), AsView(Sha256Of(other)));
  EXPECT_NE(run.plan_digest(), AsView(plan_.digest()));
  EXPECT_EQ(run.summary().rules(0).rule(), "renamed");
  v1::MatchPairChunk chunk;
  ASSERT_TRUE((*runs_->Result(run.run()))->AppendPairs(0, 1, &chunk).ok());
  EXPECT_EQ(chunk.pairs(0).rule(), "renamed");
}

TEST_F(RunRegisterTest, RunsCountUpAndTheNewestFinishedOneIsTheDefault) {
  SendAndCommit("north", "all");
  WaitForRun(Start());
  SendAndCommit("south", "all");
  WaitForRun(Start());
  ASSERT_EQ(runs_->List().size(), 2u);
  EXPECT_EQ(runs_->List()[1].run(), "run-000002");
  EXPECT_EQ((*runs_->Result(""))->pair_count(), 1u);
  EXPECT_EQ((*runs_->Result("run-000001"))->pair_count(), 0u) << "results are immutable";
  EXPECT_EQ(runs_->ListResults().size(), 2u);
}

TEST_F(RunRegisterTest, ADamagedResultIsNamedAndLoggedOnceWithTheReason) {
  SendTwoSites();
  const std::string damaged = Start();
  WaitForRun(damaged);
  WaitForRun(Start());
  const CapturedLog log;
  ASSERT_EQ(runs_->ListResults().size(), 2u);
  EXPECT_THAT(log.text(), Not(HasSubstr("event=result-damaged")));
  // Cut off in the middle of its first row.
  std::filesystem::resize_file(folder_ / "runs" / damaged / kPairsFile, 3);
  ASSERT_EQ(runs_->ListResults().size(), 2u);
  EXPECT_EQ(runs_->ListResults()[0].run(), damaged);
  EXPECT_THAT(runs_->ListResults()[0].damage(),
              AllOf(HasSubstr("the result of run-000001 is damaged"), HasSubstr("another run")));
  EXPECT_EQ(runs_->ListResults()[1].damage(), "");
  EXPECT_THAT(log.text(), HasSubstr("event=result-damaged"));
  EXPECT_THAT(log.text(), HasSubstr("run=run-000001 why=\""));
  EXPECT_EQ(log.text().find("event=result-damaged"), log.text().rfind("event=result-damaged"))
      << log.text();
}

TEST_F(RunRegisterTest, ADamagedRunIsNamedAndNoOlderRunStandsInForIt) {
  SendTwoSites();
  WaitForRun(Start());
  const std::string damaged = Start();
  WaitForRun(damaged);
  Close();
  std::filesystem::resize_file(folder_ / "runs" / damaged / "run.pb", 60);
  Open();
  EXPECT_TRUE(runs_->Result("run-000001").ok());
  for (const char* name : {"run-000002", ""}) {
    const auto result = runs_->Result(name);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kDataLoss) << name;
    EXPECT_THAT(std::string(result.status().message()),
                AllOf(HasSubstr("run-000002"), HasSubstr("start another run")));
  }
  EXPECT_EQ(runs_->Get(damaged)->state(), v1::FAILED);
  EXPECT_EQ(runs_->ListResults().size(), 2u);
  EXPECT_EQ(WaitForRun(Start()).run(), "run-000003");
  EXPECT_TRUE(runs_->Result("").ok());
}

TEST_F(RunRegisterTest, AChangedBitOfAResultIsFoundWhenItsRowsAreFetched) {
  SendTwoSites();
  const std::string name = Start();
  WaitForRun(name);
  for (const char* file : {kRecordsFile, kPairsFile, kEntitiesFile}) {
    const std::filesystem::path path = folder_ / "runs" / name / file;
    std::string bytes = *ReadFile(path);
    bytes[bytes.size() / 2] ^= 4;
    ASSERT_TRUE(WriteFileAtomically(path, bytes, 0600).ok());
    const auto result = runs_->Result(name);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kDataLoss) << file;
    EXPECT_THAT(std::string(result.status().message()), AllOf(HasSubstr(name), HasSubstr(file)));
    bytes[bytes.size() / 2] ^= 4;
    ASSERT_TRUE(WriteFileAtomically(path, bytes, 0600).ok());
    EXPECT_TRUE(runs_->Result(name).ok()) << file;
  }
}

TEST_F(RunRegisterTest, ARunOfAnEarlierReleaseIsServedWithANote) {
  SendTwoSites();
  const std::string name = Start();
  WaitForRun(name);
  EXPECT_EQ((*runs_->Result(name))->Info().note(), "");
  Close();
  const std::filesystem::path file = folder_ / "runs" / name / "run.pb";
  storage::v1::StoredRun stored;
  ASSERT_TRUE(ReadStored(file, "", &stored).ok());
  stored.clear_files();
  ASSERT_TRUE(WriteFileAtomically(file, stored.SerializeAsString(), 0600).ok());
  Open();
  const auto result = runs_->Result(name);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ((*result)->pair_count(), 1u);
  EXPECT_THAT((*result)->Info().note(), HasSubstr("earlier release"));
}

TEST_F(RunRegisterTest, WhatIsNotThereIsNotFoundAndWhatHasNotFinishedHasNoResult) {
  EXPECT_EQ(runs_->Get("run-000009").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(runs_->Cancel("run-000009").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(runs_->Result("run-000009").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(runs_->Result("").status().code(), absl::StatusCode::kFailedPrecondition);
  SendAndCommit("north", "all");
  StopWork();
  const std::string run = Start();
  EXPECT_EQ(runs_->Result(run).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(runs_->Result("").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(runs_->ListResults().empty());
}

TEST_F(RunRegisterTest, AnEndedRunIsNotCancelled) {
  SendTwoSites();
  const std::string run = Start();
  WaitForRun(run);
  EXPECT_EQ(runs_->Cancel(run).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RunRegisterTest, ACancelledRunLeavesNoResult) {
  SendTwoSites();
  // The worker is blocked, so that the run cannot end before it is cancelled.
  std::atomic<bool> go_on = false;
  worker_->Enqueue([&] {
    while (!go_on) Sleep();
  });
  const std::string name = Start();
  ASSERT_TRUE(runs_->Cancel(name).ok());
  go_on = true;
  const v1::LinkageRun run = WaitForRun(name);
  EXPECT_EQ(run.state(), v1::CANCELLED);
  EXPECT_FALSE(run.has_summary());
  EXPECT_EQ(runs_->Result(name).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs" / name / kPairsFile));
  Close();
  Open();
  EXPECT_EQ(runs_->Get(name)->state(), v1::CANCELLED);
}

TEST_F(RunRegisterTest, ARunThatWasUnderWayIsDoneAgainAfterARestartOverTheSameDatasets) {
  SendTwoSites();
  StopWork();
  const std::string name = Start();
  Close();
  Open();
  const v1::LinkageRun run = WaitForRun(name);
  EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
  EXPECT_EQ(run.summary().match_pairs(), 1u);
  EXPECT_EQ(runs_->List().size(), 1u);
}

TEST_F(RunRegisterTest, AFinishedRunIsThereAfterARestart) {
  SendTwoSites();
  const std::string name = Start();
  WaitForRun(name);
  v1::EntityChunk before;
  ASSERT_TRUE((*runs_->Result(name))->AppendEntities(0, 100, &before).ok());
  Close();
  Open();
  v1::EntityChunk after;
  ASSERT_TRUE((*runs_->Result(name))->AppendEntities(0, 100, &after).ok());
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
}

TEST_F(RunRegisterTest, AChangedPlanFileIsDataLossAndNoResult) {
  SendTwoSites();
  const std::string name = Start();
  WaitForRun(name);
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "plans")) {
    std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 1);
  }
  EXPECT_EQ(runs_->Result(name).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RunRegisterTest, RunsThatReachTheirEndAreRemovedAndTheirNamesNotUsedAgain) {
  SendTwoSites();
  const std::string first = Start();
  WaitForRun(first);
  runs_->RemoveStartedBefore(kNow, decisions_.Enter());
  EXPECT_TRUE(runs_->Result(first).ok());
  decisions_.writable = false;
  runs_->RemoveStartedBefore(kNow + 1, decisions_.Enter());
  EXPECT_TRUE(runs_->Result(first).ok()) << "before it is in the audit log";
  EXPECT_THAT(decisions_.entered, testing::IsEmpty());
  decisions_.writable = true;
  runs_->RemoveStartedBefore(kNow + 1, decisions_.Enter());
  EXPECT_THAT(decisions_.entered, testing::ElementsAre("RUN_ENDED run=" + first));
  EXPECT_EQ(runs_->Result(first).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs" / first));
  Close();
  Open();
  EXPECT_EQ(Start(), "run-000002");
}

TEST_F(RunRegisterTest, TheVersionOfTheRulesRisesWhenAPlanDiffersFromTheRunBefore) {
  SendTwoSites();
  const auto version = [&](const std::string& plan_text) {
    const std::string name = Start(plan_text);
    WaitForRun(name);
    return (*runs_->Result(name))->Info().rules_version();
  };
  const std::string changed = TinyPlanText() + "# changed\n";
  EXPECT_EQ(version(""), 1u);
  EXPECT_EQ(version(""), 1u);
  EXPECT_EQ(version(changed), 2u);
  Close();
  Open();
  EXPECT_EQ(version(changed), 2u);
  EXPECT_EQ(version(""), 3u);
}

}  // namespace
}  // namespace blindlink::resolver
