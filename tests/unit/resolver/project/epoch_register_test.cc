#include "resolver/project/epoch_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/resolver/project/project_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000;

// A project whose sites, north and south, have committed "old" datasets under key-id-1.
class EpochRegisterTest : public RegisterTest {
 protected:
  EpochRegisterTest() {
    sites_ = {"north", "south"};
    Close();
    Open();
    EXPECT_TRUE(notes_->BindTokenKey("key-id-1", "project create").ok());
    SendAndCommit("north", "old");
    SendAndCommit("south", "old");
  }

  absl::Status OpenEpoch(const std::string& key, bool retire_when_complete = false) {
    v1::OpenEpochRequest request;
    request.set_token_key_id(key);
    request.set_retire_when_complete(retire_when_complete);
    return epochs_->Open(request, kNow);
  }
  absl::Status Begin(const std::string& site, const std::string& dataset, const std::string& key) {
    v1::UploadManifest manifest = ManifestFor(plan_, site, dataset);
    manifest.set_token_key_id(key);
    return uploads_->Begin(manifest).status();
  }
  // The datasets of a run, as "site/dataset", and its epoch.
  std::vector<std::string> Linked(v1::StartLinkageRequest request = {}) {
    const auto run = runs_->Start(request, kNow);
    if (!run.ok()) return {std::string(run.status().message())};
    std::vector<std::string> linked = {absl::StrCat("epoch ", run->epoch())};
    for (const v1::DatasetName& name : run->datasets()) {
      linked.push_back(absl::StrCat(name.site(), "/", name.dataset()));
    }
    EXPECT_EQ(WaitForRun(run->run()).state(), v1::FINISHED);
    return linked;
  }
  // What a run would use, in words.
  std::vector<std::string> Previewed() const {
    const auto preview = runs_->Preview();
    if (!preview.ok()) return {std::string(preview.status().message())};
    std::vector<std::string> words;
    for (const auto& one : preview->used()) {
      words.push_back(absl::StrCat(one.site(), "/", one.dataset()));
    }
    for (const auto& one : preview->left_out()) {
      words.push_back(absl::StrCat("not ", one.site(), "/", one.dataset(), ": ", one.why()));
    }
    for (const std::string& site : preview->sites_without()) {
      words.push_back(absl::StrCat("nothing of ", site));
    }
    words.insert(words.end(), preview->notices().begin(), preview->notices().end());
    return words;
  }
  v1::ProjectKeys Keys() const {
    v1::ProjectKeys keys;
    EXPECT_TRUE(epochs_->Describe(&keys).ok());
    return keys;
  }
  void WaitUntilRemoved() {
    for (int i = 0; i < 2000 && Keys().datasets_to_remove() > 0; ++i) Sleep();
    EXPECT_EQ(Keys().datasets_to_remove(), 0u);
  }
  std::vector<std::string> NamesInTheIndex() const {
    std::vector<std::string> names;
    const auto datasets = index_.Datasets();
    for (const auto& dataset : *datasets) {
      names.push_back(absl::StrCat(dataset.manifest().site(), "/", dataset.manifest().dataset()));
    }
    return names;
  }
};

TEST_F(EpochRegisterTest, WhileTwoEpochsAreOpenUploadsOfTheirKeysAreTakenInAndNoOthers) {
  EXPECT_EQ(Begin("north", "early", "key-id-2").code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  EXPECT_TRUE(Begin("north", "new", "key-id-2").ok());
  EXPECT_TRUE(Begin("north", "late", "key-id-1").ok());
  EXPECT_EQ(Begin("north", "strange", "key-id-3").code(), absl::StatusCode::kFailedPrecondition);
}

// --- a site that joins later -----------------------------------------------------------------

TEST_F(EpochRegisterTest, ALaterSiteLeavesTheBoundKeyAndIsWaitedForByRunsOverAllSites) {
  Join("east");
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
  EXPECT_THAT(Linked(), ElementsAre(HasSubstr("nothing is committed yet by east")));
  EXPECT_THAT(Previewed(), ElementsAre("north/old", "south/old", "nothing of east"));
  v1::StartLinkageRequest partial;
  partial.set_partial(true);
  EXPECT_THAT(Linked(partial), ElementsAre("epoch 1", "north/old", "south/old"));
  EXPECT_EQ(Begin("east", "wrong", "key-id-2").code(), absl::StatusCode::kFailedPrecondition);
  SendAndCommit("east", "first");
  EXPECT_THAT(Linked(), ElementsAre("epoch 1", "north/old", "south/old", "east/first"));
}

TEST_F(EpochRegisterTest, ASiteThatJoinsBetweenTwoEpochsNeedsOnlyTheNewOneAndTheOldOneWaitsForIt) {
  ASSERT_TRUE(OpenEpoch("key-id-2", /*retire_when_complete=*/true).ok());
  SendAndCommit("north", "new", "key-id-2");
  Join("east");
  SendAndCommit("south", "new", "key-id-2");
  ASSERT_EQ(Keys().epochs_size(), 2) << "east has committed nothing yet";
  EXPECT_THAT(Keys().epochs(1).sites_without(), ElementsAre("east"));
  v1::StartLinkageRequest partial;
  partial.set_partial(true);
  EXPECT_THAT(Linked(partial), ElementsAre("epoch 2", "north/new", "south/new"));
  SendAndCommit("east", "first", "key-id-2");
  for (int i = 0; i < 2000 && Keys().epochs_size() > 1; ++i) Sleep();
  ASSERT_EQ(Keys().epochs_size(), 1);
  WaitUntilRemoved();
  EXPECT_EQ(Keys().epochs(0).number(), 2u);
  EXPECT_THAT(Linked(), ElementsAre("epoch 2", "north/new", "south/new", "east/first"));
}

TEST_F(EpochRegisterTest, ALaterSiteThatIsNotWaitedForIsLeftBehindWithPartial) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  SendAndCommit("south", "new", "key-id-2");
  Join("east");
  EXPECT_EQ(epochs_->Retire(/*partial=*/false).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(epochs_->Retire(/*partial=*/true).ok());
  WaitUntilRemoved();
  EXPECT_EQ(Begin("east", "old", "key-id-1").code(), absl::StatusCode::kFailedPrecondition);
  SendAndCommit("east", "first", "key-id-2");
  EXPECT_THAT(Linked(), ElementsAre("epoch 2", "north/new", "south/new", "east/first"));
}

TEST_F(EpochRegisterTest, ARunLinksWithinTheNewestEpochThatAllSitesHave) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  EXPECT_THAT(Linked(), ElementsAre("epoch 1", "north/old", "south/old"));
  SendAndCommit("north", "new", "key-id-2");
  EXPECT_THAT(Linked(), ElementsAre("epoch 1", "north/old", "south/old"));
  SendAndCommit("south", "new", "key-id-2");
  EXPECT_THAT(Linked(), ElementsAre("epoch 2", "north/new", "south/new"));
}

TEST_F(EpochRegisterTest, APreviewSaysWhatARunWillUseAndWhyItLeavesOutTheRest) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  EXPECT_THAT(Previewed(),
              ElementsAre("north/old", "south/old",
                          "not north/new: it has the token key of epoch 2; the run links those of "
                          "epoch 1, in which every site has one"));
  SendAndCommit("south", "new", "key-id-2");
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("south", "old").ok());
  EXPECT_THAT(Previewed(),
              ElementsAre("north/new", "south/new",
                          "not north/old: it has the token key of epoch 1; the run links those of "
                          "epoch 2, in which every site has one",
                          "not south/old: it is withdrawn"));
  EXPECT_TRUE(runs_->List().empty());
}

TEST_F(EpochRegisterTest, APreviewNamesTheSitesThatARunWouldLack) {
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("south", "old").ok());
  EXPECT_THAT(Previewed(),
              ElementsAre("north/old", "not south/old: it is withdrawn", "nothing of south"));
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "old").ok());
  EXPECT_THAT(Previewed(), ElementsAre(HasSubstr("nothing is committed yet")));
}

TEST_F(EpochRegisterTest, APreviewSaysBeforeTheRunThatTheIndexDoesNotFitInMemory) {
  EXPECT_THAT(Previewed(), ElementsAre("north/old", "south/old"));
  memory_ = 1;
  Close();
  Open();
  EXPECT_THAT(Previewed(),
              ElementsAre("north/old", "south/old", HasSubstr("does not fit in this machine")));
}

TEST_F(EpochRegisterTest, NamedDatasetsAreLinkedInTheirEpochAndNeverMixed) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  SendAndCommit("south", "new", "key-id-2");
  v1::StartLinkageRequest old;
  for (const char* site : {"north", "south"}) {
    v1::DatasetName& name = *old.add_datasets();
    name.set_site(site);
    name.set_dataset("old");
  }
  EXPECT_THAT(Linked(old), ElementsAre("epoch 1", "north/old", "south/old"));
  old.mutable_datasets(1)->set_dataset("new");
  EXPECT_THAT(Linked(old), ElementsAre(HasSubstr("different token keys")));
}

TEST_F(EpochRegisterTest, RetiringRemovesTheOldDatasetsAndTheirKeyIsRefusedForever) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  const absl::Status early = epochs_->Retire(/*partial=*/false);
  EXPECT_EQ(early.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(early.message()), HasSubstr("by south"));
  SendAndCommit("south", "new", "key-id-2");
  ASSERT_TRUE(epochs_->Retire(/*partial=*/false).ok());
  WaitUntilRemoved();
  EXPECT_THAT(NamesInTheIndex(), ElementsAre("north/new", "south/new"));
  EXPECT_THAT(Linked(), ElementsAre("epoch 2", "north/new", "south/new"));
  const absl::Status refused = Begin("north", "late", "key-id-1");
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("of an epoch that is retired"));
  EXPECT_EQ(OpenEpoch("key-id-1").code(), absl::StatusCode::kInvalidArgument);

  Close();
  Open();  // does not miss what was removed
  EXPECT_THAT(NamesInTheIndex(), ElementsAre("north/new", "south/new"));
  ASSERT_EQ(Keys().epochs_size(), 1);
  EXPECT_EQ(Keys().epochs(0).number(), 2u);
  EXPECT_EQ(Keys().epochs(0).token_key_id(), "key-id-2");
}

TEST_F(EpochRegisterTest, ARemovalThatWasInterruptedIsContinuedAtTheNextStart) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  StopWork();
  ASSERT_TRUE(epochs_->Retire(/*partial=*/true).ok());
  EXPECT_EQ(Keys().datasets_to_remove(), 2u);
  EXPECT_EQ(StateOf("south", "old"), v1::WITHDRAWN);
  Close();
  Open();
  WaitUntilRemoved();
  EXPECT_THAT(NamesInTheIndex(), ElementsAre("north/new"));
}

TEST_F(EpochRegisterTest, UploadsInProgressUnderTheOldKeyAreDiscarded) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  Send("north", "half", "key-id-1");
  Send("north", "new", "key-id-2");
  ASSERT_TRUE(epochs_->Retire(/*partial=*/true).ok());
  EXPECT_EQ(StateOf("north", "half"), v1::UPLOAD_STATE_UNSPECIFIED);
  EXPECT_EQ(StateOf("north", "new"), v1::RECEIVING);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "uploads" / "north" / "half"));
}

TEST_F(EpochRegisterTest, AnUploadOfTheOldKeyThatIsBeingIngestedDoesNotOutliveTheEpoch) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  Send("north", "half", "key-id-1");
  StopWork();
  ASSERT_TRUE(Commit("north", "half").ok());
  ASSERT_TRUE(epochs_->Retire(/*partial=*/true).ok());
  EXPECT_EQ(StateOf("north", "half"), v1::INGESTING);
  Close();
  Open();
  for (int i = 0; i < 2000 && StateOf("north", "half") == v1::INGESTING; ++i) Sleep();
  WaitUntilRemoved();
  EXPECT_EQ(StateOf("north", "half"), v1::UPLOAD_STATE_UNSPECIFIED);
  EXPECT_TRUE(NamesInTheIndex().empty());
}

TEST_F(EpochRegisterTest, OnRequestTheOldEpochEndsWhenEverySiteHasCommittedInTheNewOne) {
  ASSERT_TRUE(OpenEpoch("key-id-2", /*retire_when_complete=*/true).ok());
  SendAndCommit("north", "new", "key-id-2");
  EXPECT_EQ(Keys().epochs_size(), 2);
  SendAndCommit("south", "new", "key-id-2");
  for (int i = 0; i < 2000 && Keys().epochs_size() > 1; ++i) Sleep();
  WaitUntilRemoved();
  EXPECT_THAT(NamesInTheIndex(), ElementsAre("north/new", "south/new"));
  EXPECT_THAT(decisions_.entered, ElementsAre("EPOCH_ENDED epoch=1"));
}

TEST_F(EpochRegisterTest, AnEpochEndsByItselfOnlyOnceThatIsInTheAuditLog) {
  ASSERT_TRUE(OpenEpoch("key-id-2", /*retire_when_complete=*/true).ok());
  SendAndCommit("north", "new", "key-id-2");
  decisions_.writable = false;
  SendAndCommit("south", "new", "key-id-2");
  epochs_->RetireIfComplete();
  EXPECT_EQ(Keys().epochs_size(), 2);
  const int64_t now = time(nullptr);
  epochs_->RetryFailed(now);  // too early
  decisions_.writable = true;
  epochs_->RetryFailed(now + 120);
  for (int i = 0; i < 2000 && Keys().epochs_size() > 1; ++i) Sleep();
  EXPECT_EQ(Keys().epochs_size(), 1);
  WaitUntilRemoved();
  EXPECT_THAT(decisions_.entered, ElementsAre("EPOCH_ENDED epoch=1"));
}

TEST_F(EpochRegisterTest, AKeyThatWasNotStatedIsThatOfAllSitesAndNotOfTheFirst) {
  ASSERT_TRUE(OpenEpoch("", /*retire_when_complete=*/true).ok());
  SendAndCommit("north", "wrong", "key-id-9");
  SendAndCommit("north", "new", "key-id-2");
  EXPECT_EQ(Keys().epochs(1).token_key_id(), "");
  SendAndCommit("south", "new", "key-id-2");
  for (int i = 0; i < 2000 && Keys().epochs_size() > 1; ++i) Sleep();
  EXPECT_EQ(Keys().epochs(0).token_key_id(), "key-id-2");
  EXPECT_EQ(Keys().epochs(0).bound_by(), "the datasets of all sites");
  EXPECT_THAT(Linked(), ElementsAre(HasSubstr("different token keys")));
  ASSERT_TRUE(uploads_->DiscardOrWithdraw("north", "wrong").ok());
  EXPECT_THAT(Linked(), ElementsAre("epoch 2", "north/new", "south/new"));
}

TEST_F(EpochRegisterTest, WhatCannotBeIsRefused) {
  EXPECT_EQ(epochs_->Retire(true).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpenEpoch("short").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenEpoch("key-id-1").code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(OpenEpoch("").ok());
  EXPECT_EQ(OpenEpoch("key-id-3").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(epochs_->Retire(true).code(), absl::StatusCode::kFailedPrecondition)
      << "its key is not known";
}

TEST_F(EpochRegisterTest, TheNumberOfARemovedDatasetIsNotUsedAgain) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  ASSERT_TRUE(epochs_->Retire(/*partial=*/true).ok());
  WaitUntilRemoved();
  SendAndCommit("north", "old", "key-id-2");  // its name is free again
  const auto datasets = index_.Datasets();
  ASSERT_EQ(datasets->size(), 1u);
  EXPECT_EQ(datasets->at(0).dataset_number(), 3u);
}

TEST_F(EpochRegisterTest, ADatasetThatIsNotToBeSeenYetMakesNoEpochComplete) {
  ASSERT_TRUE(OpenEpoch("key-id-2").ok());
  SendAndCommit("north", "new", "key-id-2");
  SendAndCommit("south", "new", "key-id-2");
  ASSERT_TRUE(notes_->Hide(index_.Datasets()->back().dataset_number()).ok());
  EXPECT_THAT(Keys().epochs(1).sites_without(), ElementsAre("south"));
  const absl::Status refused = epochs_->Retire(/*partial=*/false);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("south"));
}

}  // namespace
}  // namespace blindlink::resolver
