#include "resolver/project/upload_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class UploadRegisterTest : public RegisterTest {
 protected:
  absl::Status Begin(const v1::UploadManifest& manifest) {
    return uploads_->Begin(manifest).status();
  }
  void ExpectNothingStored() {
    EXPECT_TRUE(uploads_->List("").empty());
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "uploads"));
  }
};

TEST_F(UploadRegisterTest, FromBeginToCommittedAndInTheIndex) {
  SendAndCommit("north", "all");
  const auto info = uploads_->Info("north", "all");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->records(), 3u);
  EXPECT_EQ(info->tokens(), 2u);
  EXPECT_EQ(info->tokens_ingested(), 2u);
  ASSERT_EQ(index_.Datasets()->size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "uploads" / "north" / "all"));
}

TEST_F(UploadRegisterTest, KeepsWhenADatasetWasCommittedAndHowItDiffersFromTheSitesEarlierOnes) {
  const auto commit = [this](const std::string& site, const std::string& dataset,
                             uint64_t rejected) {
    Send(site, dataset);
    v1::CommitUploadRequest request = CommitOf(dataset, Blocks(site));
    request.mutable_counts()->set_rows(1000);
    request.mutable_counts()->set_rejected_rows(rejected);
    ASSERT_TRUE(uploads_->Commit(site, request).ok());
    WaitUntilCommitted(site, dataset);
  };
  const int64_t before = time(nullptr);
  commit("south", "all", 900);
  commit("north", "first", 10);
  commit("north", "second", 500);
  Close();
  Open();
  const auto first = uploads_->Info("north", "first");
  const auto second = uploads_->Info("north", "second");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_GE(first->commit_unix_seconds(), before);
  EXPECT_LE(first->commit_unix_seconds(), time(nullptr));
  EXPECT_TRUE(first->notes().empty()) << "another site's history is none of its own";
  EXPECT_THAT(second->notes(),
              testing::ElementsAre("rows that were rejected: 50.0 %, before 1.0 %"));
  EXPECT_THAT(second->drift().compared_with(), testing::ElementsAre("first"));

  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "second").ok());
  commit("north", "third", 10);
  const auto third = uploads_->Info("north", "third");
  ASSERT_TRUE(third.ok());
  EXPECT_THAT(third->drift().compared_with(), testing::ElementsAre("first"));
  EXPECT_TRUE(third->notes().empty());
}

TEST_F(UploadRegisterTest, AnotherTokenizationDigestIsRefusedAndNothingStored) {
  v1::UploadManifest manifest = ManifestFor(plan_, "north", "all");
  (*manifest.mutable_tokenization_digest())[5] ^= 1;
  const absl::Status status = Begin(manifest);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a different plan"));
  ExpectNothingStored();
}

TEST_F(UploadRegisterTest, AnotherStandardizerVersionIsRefusedAndBothAreNamed) {
  v1::UploadManifest manifest = ManifestFor(plan_, "north", "all");
  manifest.set_standardizer_version("999");
  const absl::Status status = Begin(manifest);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              testing::AllOf(HasSubstr("version 999"), HasSubstr("asks for 3")));
  ExpectNothingStored();
}

TEST_F(UploadRegisterTest, AnotherTokenKeyThanTheProjectsIsRefusedAndBothAreNamed) {
  SendAndCommit("north", "all");
  ASSERT_TRUE(notes_->BindTokenKey("key-id-1", "project create").ok());
  v1::UploadManifest manifest = ManifestFor(plan_, "south", "all");
  manifest.set_token_key_id("key-id-2");
  const absl::Status status = Begin(manifest);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("all of site south"), HasSubstr("a different token key"),
                    HasSubstr("6b65792d69642d32"), HasSubstr("6b65792d69642d31"),
                    HasSubstr("bound by project create")));
  EXPECT_EQ(uploads_->List("").size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "uploads" / "south" / "all"));
}

TEST_F(UploadRegisterTest, TheFirstToUploadDoesNotBindTheTokenKey) {
  v1::UploadManifest hostile = ManifestFor(plan_, "west", "all");
  hostile.set_token_key_id("key-id-2");
  ASSERT_TRUE(Begin(hostile).ok());
  EXPECT_TRUE(Begin(ManifestFor(plan_, "south", "all")).ok());
  SendAndCommit("north", "all");
}

TEST_F(UploadRegisterTest, TheCoordinatorWithdrawsACommittedDatasetForGood) {
  SendAndCommit("north", "all");
  const auto withdrawn = uploads_->DiscardOrWithdraw("north", "all");
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->state(), v1::WITHDRAWN);
  EXPECT_TRUE(uploads_->DiscardOrWithdraw("north", "all").ok()) << "repeating it is harmless";
  Close();
  Open();
  EXPECT_EQ(StateOf("north", "all"), v1::WITHDRAWN);
  const absl::Status again = Begin(ManifestFor(plan_, "north", "all"));
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(again.message()), HasSubstr("withdrawn by the coordinator"));
  EXPECT_TRUE(Begin(ManifestFor(plan_, "north", "corrected")).ok());
}

TEST_F(UploadRegisterTest, TheCoordinatorDiscardsAnUploadThatIsNotCommitted) {
  Send("north", "all");
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "all").ok());
  EXPECT_TRUE(uploads_->List("").empty());
  EXPECT_EQ(uploads_->DiscardOrWithdraw("north", "all").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(UploadRegisterTest, ACommitThatCannotBeSavedChangesNothingAndCanBeRepeated) {
  Send("north", "all");
  const std::filesystem::path folder = folder_ / "uploads" / "north" / "all";
  const std::filesystem::path in_the_way =
      folder / absl::StrCat("upload.pb.", getpid(), ".partial");
  std::filesystem::create_directories(in_the_way / "full");
  EXPECT_FALSE(Commit("north", "all").ok());
  EXPECT_EQ(StateOf("north", "all"), v1::RECEIVING);
  std::filesystem::remove_all(in_the_way);
  ASSERT_TRUE(Commit("north", "all").ok());
  WaitUntilCommitted("north", "all");
}

TEST_F(UploadRegisterTest, AnIngestThatCannotSaveItsStateFailsAndCanBeRepeated) {
  Send("north", "all");
  std::atomic<bool> go_on = false;
  worker_->Enqueue([&] {
    while (!go_on) Sleep();
  });
  ASSERT_TRUE(Commit("north", "all").ok());
  const std::filesystem::path in_the_way =
      folder_ / "uploads" / "north" / "all" / absl::StrCat("upload.pb.", getpid(), ".partial");
  std::filesystem::create_directories(in_the_way / "full");
  go_on = true;
  for (int i = 0; i < 2000 && StateOf("north", "all") == v1::INGESTING; ++i) Sleep();
  ASSERT_EQ(StateOf("north", "all"), v1::INGEST_FAILED);
  std::filesystem::remove_all(in_the_way);
  ASSERT_TRUE(Commit("north", "all").ok());
  WaitUntilCommitted("north", "all");
}

TEST_F(UploadRegisterTest, ADatasetThatTheIndexHasLostIsFoundAtTheNextStart) {
  ASSERT_TRUE(notes_->AddCommitted({7}).ok());
  worker_->Stop();
  const auto opened = UploadRegister::Open({folder_ / "uploads",
                                            folder_ / "temporary",
                                            plan_,
                                            *key_,
                                            index_,
                                            *notes_,
                                            {1 << 20, 2},
                                            *worker_});
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("lacks dataset number 7"));
}

TEST_F(UploadRegisterTest, ATokenKeyIdOfAnotherSizeOrADatasetThatIsNoNameIsRefused) {
  v1::UploadManifest manifest = ManifestFor(plan_, "north", "all");
  manifest.set_token_key_id("short");
  EXPECT_EQ(Begin(manifest).code(), absl::StatusCode::kInvalidArgument);
  for (const char* name : {"", "..", "../other", "All", "a/b"}) {
    EXPECT_EQ(Begin(ManifestFor(plan_, "north", name)).code(), absl::StatusCode::kInvalidArgument)
        << name;
  }
  ExpectNothingStored();
}

TEST_F(UploadRegisterTest, BeginningAgainGivesThePosition) {
  Send("north", "all");
  const auto position = uploads_->Begin(ManifestFor(plan_, "north", "all"));
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->next_sequence(), 2u);
  EXPECT_EQ(position->chain(), CommitOf("all", Blocks("north")).chain());
}

TEST_F(UploadRegisterTest, ACommittedDatasetsNameIsTaken) {
  SendAndCommit("north", "all");
  EXPECT_EQ(Begin(ManifestFor(plan_, "north", "all")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(Begin(ManifestFor(plan_, "north", "more")).ok());
  EXPECT_TRUE(Begin(ManifestFor(plan_, "south", "all")).ok());
}

TEST_F(UploadRegisterTest, CommittingAgainIsHarmless) {
  SendAndCommit("north", "all");
  const auto again = Commit("north", "all");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state(), v1::COMMITTED);
  EXPECT_EQ(index_.Datasets()->size(), 1u);
}

TEST_F(UploadRegisterTest, ASitesUploadIsNotAnothers) {
  Send("north", "all");
  EXPECT_EQ(uploads_->Find("south", "all").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(uploads_->Info("south", "all").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(uploads_->Discard("south", "all").status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(uploads_->List("south").empty());
  EXPECT_EQ(uploads_->List("north").size(), 1u);
  EXPECT_EQ(uploads_->List("").size(), 1u);
}

TEST_F(UploadRegisterTest, ADiscardedUploadIsGoneAndItsNameFree) {
  Send("north", "all");
  ASSERT_TRUE(uploads_->Discard("north", "all").ok());
  EXPECT_EQ(uploads_->Info("north", "all").status().code(), absl::StatusCode::kNotFound);
  const auto position = uploads_->Begin(ManifestFor(plan_, "north", "all"));
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->next_sequence(), 0u);
}

TEST_F(UploadRegisterTest, WhatIsCommittedIsNotDiscarded) {
  SendAndCommit("north", "all");
  EXPECT_EQ(uploads_->Discard("north", "all").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(uploads_->Find("north", "all").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(UploadRegisterTest, ASiteHasABoundOfOpenUploads) {
  for (int i = 0; i < UploadRegister::kMaxOpenUploadsPerSite; ++i) {
    ASSERT_TRUE(Begin(ManifestFor(plan_, "north", absl::StrCat("d", i))).ok());
  }
  EXPECT_EQ(Begin(ManifestFor(plan_, "north", "more")).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Begin(ManifestFor(plan_, "south", "all")).ok());
  ASSERT_TRUE(uploads_->Discard("north", "d3").ok());
  EXPECT_TRUE(Begin(ManifestFor(plan_, "north", "more")).ok());
}

TEST_F(UploadRegisterTest, AnUploadOnItsWayIsThereAfterARestart) {
  Send("north", "all");
  Close();
  Open();
  const auto position = uploads_->Begin(ManifestFor(plan_, "north", "all"));
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->next_sequence(), 2u);
}

TEST_F(UploadRegisterTest, AnIngestThatWasInterruptedGoesOnAfterARestart) {
  Send("north", "all");
  StopWork();
  ASSERT_TRUE(Commit("north", "all").ok());
  EXPECT_TRUE(index_.Datasets()->empty());
  Close();
  Open();
  WaitUntilCommitted("north", "all");
  EXPECT_EQ(index_.Datasets()->size(), 1u);
}

// The resolver was killed between the index's atomic step and the removal of the folder.
TEST_F(UploadRegisterTest, WhatTheIndexHasIsNotTakenInTwice) {
  Send("north", "all");
  StopWork();
  ASSERT_TRUE(Commit("north", "all").ok());
  Close();
  const std::filesystem::path folder = folder_ / "uploads" / "north" / "all";
  const std::filesystem::path kept = folder_ / "kept";
  std::filesystem::copy(folder, kept, std::filesystem::copy_options::recursive);
  Open();
  WaitUntilCommitted("north", "all");
  Close();
  std::filesystem::copy(kept, folder, std::filesystem::copy_options::recursive);
  Open();
  EXPECT_EQ(StateOf("north", "all"), v1::COMMITTED);
  EXPECT_EQ(index_.Datasets()->size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(UploadRegisterTest, AHalfRemovedFolderIsRemovedWhole) {
  Send("north", "all");
  Close();
  std::filesystem::remove(folder_ / "uploads" / "north" / "all" / "upload.pb");
  Open();
  EXPECT_TRUE(uploads_->List("").empty());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "uploads" / "north" / "all"));
}

TEST_F(UploadRegisterTest, AFailedIngestSaysWhyAndCanBeDiscarded) {
  Send("north", "all");
  StopWork();
  ASSERT_TRUE(Commit("north", "all").ok());
  Close();
  const std::filesystem::path blocks = folder_ / "uploads" / "north" / "all" / "blocks-000000.log";
  std::filesystem::resize_file(blocks, std::filesystem::file_size(blocks) - 1);
  Open();
  for (int i = 0; i < 2000 && StateOf("north", "all") == v1::INGESTING; ++i) Sleep();
  ASSERT_EQ(StateOf("north", "all"), v1::INGEST_FAILED);
  EXPECT_THAT(uploads_->Info("north", "all")->failure(), HasSubstr("discard"));
  EXPECT_TRUE(index_.Datasets()->empty());
  EXPECT_TRUE(uploads_->Discard("north", "all").ok());
}

// As on a cluster, one server of which died while the dataset was made visible.
class LostAnswerTest : public UploadRegisterTest {
 protected:
  void FailAfterCommit() {
    Send("north", "all");
    index_.after_commit = absl::UnavailableError("the answer was lost");
    ASSERT_TRUE(Commit("north", "all").ok());
    for (int i = 0; i < 2000 && StateOf("north", "all") == v1::INGESTING; ++i) Sleep();
    ASSERT_EQ(StateOf("north", "all"), v1::INGEST_FAILED);
    ASSERT_EQ(index_.Datasets()->size(), 1u);
    index_.after_commit = absl::OkStatus();
  }
  void WaitUntilIndexIsEmpty() {
    for (int i = 0; i < 2000 && !index_.Datasets()->empty(); ++i) Sleep();
    EXPECT_TRUE(index_.Datasets()->empty());
  }
};

TEST_F(LostAnswerTest, WhatADiscardedUploadLeftInTheIndexIsRemoved) {
  FailAfterCommit();
  ASSERT_TRUE(uploads_->Discard("north", "all").ok());
  WaitUntilIndexIsEmpty();
  Close();
  Open();
  EXPECT_TRUE(uploads_->List("").empty());
  SendAndCommit("north", "all");
}

TEST_F(LostAnswerTest, WhatADiscardedUploadLeftIsNotSeenUntilItCanBeRemoved) {
  FailAfterCommit();
  index_.removal = absl::UnavailableError("a server is down");
  ASSERT_TRUE(uploads_->Discard("north", "all").ok());
  Close();
  Open();
  EXPECT_TRUE(uploads_->List("").empty());
  EXPECT_EQ(index_.Datasets()->size(), 1u);
  Close();
  index_.removal = absl::OkStatus();
  Open();
  WaitUntilIndexIsEmpty();
}

TEST_F(LostAnswerTest, TheSameUploadAgainIsSeenAlthoughItWasAboutToBeDiscarded) {
  FailAfterCommit();
  ASSERT_TRUE(notes_->Hide(index_.Datasets()->front().dataset_number()).ok());
  ASSERT_TRUE(Commit("north", "all").ok());
  WaitUntilCommitted("north", "all");
  Close();
  Open();
  EXPECT_EQ(StateOf("north", "all"), v1::COMMITTED);
}

}  // namespace
}  // namespace blindlink::resolver
