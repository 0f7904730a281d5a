#include "resolver/project/dataset_changes.h"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/resolver/project/dataset_changes_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(DatasetChangesTest, ACorrectionTakesThePlaceOfTheRecordsWithTheSamePseudonyms) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}, {"c", {"v"}}});
  Commit("south", "first", {{"a", {"t"}}});
  Commit("north", "fixes", {{"b", {"w"}}, {"d", {"x"}}}, v1::CORRECTION);
  EXPECT_EQ(Seen("north"), Meant({{"a", {"t"}}, {"b", {"w"}}, {"c", {"v"}}, {"d", {"x"}}}));
  EXPECT_EQ(Seen("south"), Meant({{"a", {"t"}}})) << "another site's record of that name";
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"first", "fixes"}));
}

TEST_F(DatasetChangesTest, AReplacementTakesThePlaceOfTheNamedDatasetOrOfAll) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("north", "second", {{"b", {"u"}}});
  Commit("north", "third", {{"c", {"v"}}}, v1::REPLACEMENT, "first");
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}, {"c", {"v"}}}));
  EXPECT_EQ(index_.Datasets()->size(), 2u) << "the replaced one left the index";
  Commit("north", "fourth", {{"d", {"w"}}}, v1::REPLACEMENT);
  EXPECT_EQ(Seen("north"), Meant({{"d", {"w"}}}));
  EXPECT_EQ(Names("north"), (std::vector<std::string>{"fourth"}));
  const absl::Status unknown =
      Begin(Manifest("north", "fifth", v1::REPLACEMENT, "first"), {{"e", {}}});
  EXPECT_TRUE(absl::IsFailedPrecondition(unknown)) << unknown;
}

// Who has waited for the commit may withdraw at once.
TEST_F(DatasetChangesTest, ADatasetIsCommittedOnceWhatItReplacesHasLeftTheIndex) {
  Commit("north", "first", {{"a", {"t"}}});
  std::vector<v1::UploadState> meanwhile;
  index_.before_removal = [&] { meanwhile.push_back(StateOf("north", "second")); };
  Commit("north", "second", {{"b", {"u"}}}, v1::REPLACEMENT);
  index_.before_removal = nullptr;
  EXPECT_THAT(meanwhile, ElementsAre(v1::INGESTING));
  EXPECT_EQ(Withdraw("north", {"b"}).records_removed(), 1u);
}

// The resolver stops at any moment of any change; what it sees in the end is what the site meant.
TEST_F(DatasetChangesTest, StoppedAtAnyMomentTheSitesHaveWhatTheyMeant) {
  std::mt19937 random(7);
  std::map<std::string, Rows> meant;
  const auto stop_at_random = [&] {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    Close();
    Open();
  };
  int records = 0;
  for (int step = 0; step < 40; ++step) {
    const std::string site = random() % 2 == 0 ? "north" : "south";
    Rows& of_site = meant[site];
    Rows rows;
    for (const auto& [name, tokens] : of_site) {
      if (random() % 5 == 0) rows[name] = {absl::StrCat("t", random() % 9)};
    }
    const auto kind = static_cast<v1::DatasetKind>(random() % 3);
    if (random() % 4 == 0 && !rows.empty()) {
      std::vector<std::string> names;
      for (const auto& [name, tokens] : rows) names.push_back(name);
      const auto info = changes_->Withdraw(site, Pseudonyms(names), "f", 1000);
      ASSERT_TRUE(info.ok()) << info.status();
      stop_at_random();
      WaitUntilDone(info->withdrawal());
      for (const std::string& name : names) of_site.erase(name);
    } else {
      if (kind == v1::APPEND) rows.clear();
      for (int i = 0; i < 3; ++i) {
        rows[absl::StrCat("r", ++records)] = {absl::StrCat("t", random() % 9)};
      }
      const std::string dataset = absl::StrCat("d", step);
      const absl::Status begun = Begin(Manifest(site, dataset, kind), rows);
      ASSERT_TRUE(begun.ok()) << begun;
      stop_at_random();
      WaitUntilCommitted(site, dataset);
      if (kind == v1::REPLACEMENT) of_site.clear();
      for (const auto& [name, tokens] : rows) of_site[name] = tokens;
    }
    ASSERT_EQ(Seen(site), Meant(of_site)) << "step " << step;
  }
  const auto datasets = index_.Datasets();
  ASSERT_TRUE(datasets.ok());
  for (const auto& dataset : *datasets) {
    EXPECT_FALSE(notes_->IsHidden(dataset.dataset_number())) << "left behind";
  }
}

TEST_F(DatasetChangesTest, ARunThatIsRemovedLeavesTheIdsOfEntities) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("south", "first", {{"x", {"t"}}});
  const auto ids = [&](const std::string& run) {
    v1::EntityChunk chunk;
    const auto result = runs_->Result(run);
    EXPECT_TRUE(result.ok() && (*result)->AppendEntities(0, 10, &chunk).ok());
    std::vector<std::string> entities;
    for (const v1::EntityMember& member : chunk.members()) entities.push_back(member.entity());
    return entities;
  };
  Link();
  const std::vector<std::string> before = ids("run-000001");
  ASSERT_TRUE(runs_->Remove("run-000001").ok());
  EXPECT_TRUE(absl::IsNotFound(runs_->Get("run-000001").status()));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs" / "run-000001"));
  EXPECT_EQ(Link().run(), "run-000002");
  EXPECT_EQ(ids("run-000002"), before);
  EXPECT_TRUE(absl::IsNotFound(runs_->Remove("run-000001").status()));
}

TEST_F(DatasetChangesTest, ARunTakesInTheCorrectionThatItWaitedFor) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("south", "first", {{"x", {"t"}}, {"y", {"w"}}});
  ASSERT_EQ(Link().state(), v1::FINISHED);
  Hold();
  ASSERT_TRUE(Begin(Manifest("north", "fixes", v1::CORRECTION), {{"b", {"v"}}, {"c", {}}}).ok());
  ASSERT_TRUE(Begin(Manifest("north", "more-fixes", v1::CORRECTION), {{"b", {"w"}}}).ok());
  v1::StartLinkageRequest since;
  since.set_since_run("run-000001");
  const std::string all = Start();
  const std::string increment = Start(since);
  Release();
  for (const std::string& name : {all, increment}) {
    const v1::LinkageRun run = WaitForRun(name);
    EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
    EXPECT_THAT(DatasetsOf(run), UnorderedElementsAre("north/first", "south/first", "north/fixes",
                                                      "north/more-fixes"));
    EXPECT_EQ(run.summary().records(), 5u);
    EXPECT_EQ(run.summary().match_pairs(), 2u);
  }
}

TEST_F(DatasetChangesTest, ARunOfNamedDatasetsTakesInNoPeopleOfOthersButSaysWhatHappened) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  Commit("north", "second", {{"c", {"v"}}, {"d", {"v"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Hold();
  ASSERT_TRUE(Begin(Manifest("north", "fixes", v1::CORRECTION), {{"b", {}}, {"c", {}}}).ok());
  const std::string some = Start(Only({"north/first", "south/first"}));
  Release();
  const v1::LinkageRun run = WaitForRun(some);
  EXPECT_EQ(run.state(), v1::FAILED);
  EXPECT_THAT(run.failure(), HasSubstr("north/first was corrected since the run was started"));
  // Whoever leaves out a correction that is there already means it.
  const v1::LinkageRun without = WaitForRun(Start(Only({"north/first", "south/first"})));
  EXPECT_EQ(without.state(), v1::FINISHED) << without.failure();
  EXPECT_EQ(without.summary().records(), 2u);
}

TEST_F(DatasetChangesTest, AfterARestartUploadsGoOnInTheOrderOfTheirCommits) {
  Commit("north", "first", {{"a", {"t"}}});
  Hold();
  ASSERT_TRUE(Begin(Manifest("north", "z-all", v1::REPLACEMENT), {{"b", {"u"}}}).ok());
  ASSERT_TRUE(Begin(Manifest("north", "a-more", v1::APPEND), {{"c", {"v"}}}).ok());
  ASSERT_TRUE(Begin(Manifest("north", "y-fixes", v1::CORRECTION), {{"c", {"w"}}}).ok());
  ASSERT_TRUE(Begin(Manifest("north", "b-fixes", v1::CORRECTION), {{"c", {"x"}}}).ok());
  Close();
  Open();
  for (const char* dataset : {"z-all", "a-more", "y-fixes", "b-fixes"}) {
    for (int i = 0; i < 2000 && StateOf("north", dataset) == v1::INGESTING; ++i) Sleep();
  }
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}, {"c", {"x"}}}));
}

TEST_F(DatasetChangesTest, AfterARestartARunGoesBeforeWhatReplacesItsDatasets) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("south", "first", {{"x", {"t"}}});
  Hold();
  const std::string name = Start();
  ASSERT_TRUE(Begin(Manifest("north", "all", v1::REPLACEMENT), {{"b", {"u"}}}).ok());
  Close();
  Open();
  const v1::LinkageRun run = WaitForRun(name);
  EXPECT_EQ(run.state(), v1::FINISHED) << run.failure();
  EXPECT_EQ(run.summary().match_pairs(), 1u);
}

TEST_F(DatasetChangesTest, ACorrectionTakesFromDatasetsOfItsOwnTokenKeyOnly) {
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}});
  v1::UploadManifest of_new_key = Manifest("north", "fixes", v1::CORRECTION);
  of_new_key.set_token_key_id("key-id-2");
  ASSERT_TRUE(Begin(of_new_key, {{"a", {"w"}}}).ok());
  WaitUntilCommitted("north", "fixes");
  EXPECT_EQ(uploads_->Info("north", "first")->records(), 2u);
  Withdraw("north", {"a"});
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}})) << "a withdrawal is of all keys";
}

TEST_F(DatasetChangesTest, AReplacementWhoseTargetIsGoneIsNoAppend) {
  Commit("north", "first", {{"a", {"t"}}});
  Hold();
  const v1::UploadManifest late = Manifest("north", "second", v1::REPLACEMENT, "first");
  ASSERT_TRUE(Begin(Manifest("north", "all", v1::REPLACEMENT), {{"b", {"u"}}}).ok());
  ASSERT_TRUE(Begin(late, {{"c", {"v"}}}).ok());
  Release();
  for (int i = 0; i < 2000 && StateOf("north", "second") == v1::INGESTING; ++i) Sleep();
  EXPECT_EQ(StateOf("north", "second"), v1::INGEST_FAILED);
  EXPECT_THAT(uploads_->Info("north", "second")->failure(),
              HasSubstr("dataset first, which this one replaces, is gone"));
  ASSERT_TRUE(uploads_->Discard("north", "second").ok());
  EXPECT_EQ(Seen("north"), Meant({{"b", {"u"}}}));
}

TEST_F(DatasetChangesTest, AReplacementOfADatasetWithAnotherTokenKeyIsRefused) {
  Commit("north", "first", {{"a", {"t"}}});
  v1::UploadManifest manifest = Manifest("north", "second", v1::REPLACEMENT, "first");
  manifest.set_token_key_id("key-id-2");
  const absl::Status refused = uploads_->Begin(manifest).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another token key"));
}

TEST_F(DatasetChangesTest, ChangesSayWhichRunsBetweenAreRemoved) {
  Commit("north", "first", {{"a", {"t"}}});
  Commit("south", "first", {{"x", {"t"}}});
  for (int i = 0; i < 4; ++i) Link();
  const auto between = [&] {
    const auto changes = runs_->EntityChanges(
        "run-000001", "run-000004", [](const v1::EntityChange&) { return absl::OkStatus(); });
    EXPECT_TRUE(changes.ok()) << changes.status();
    return changes.ok() ? changes->removed_runs : std::vector<std::string>();
  };
  EXPECT_THAT(between(), IsEmpty());
  ASSERT_TRUE(runs_->Remove("run-000003").ok());
  EXPECT_THAT(between(), ElementsAre("run-000003"));
}

TEST_F(DatasetChangesTest, ACensusLeavesRoomForReplacementsCorrectionsAndNewTokenKeys) {
  census_ = 3;
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}, {"c", {"v"}}});
  const auto check = [&](const v1::UploadManifest& manifest, const Rows& rows) {
    EXPECT_TRUE(Begin(manifest, rows).ok());
    return uploads_->CheckCensus("north", manifest.dataset());
  };
  Hold();
  EXPECT_FALSE(check(Manifest("north", "more", v1::APPEND), {{"d", {}}}).ok());
  Release();
  WaitUntilCommitted("north", "more");
  Withdraw("north", {"d"});
  Hold();
  EXPECT_TRUE(check(Manifest("north", "all", v1::REPLACEMENT), {{"a", {}}, {"b", {}}}).ok());
  Release();
  WaitUntilCommitted("north", "all");
  Hold();
  EXPECT_TRUE(check(Manifest("north", "fixes", v1::CORRECTION), {{"a", {"t"}}, {"e", {}}}).ok());
  Release();
  WaitUntilCommitted("north", "fixes");
  v1::UploadManifest of_new_key = Manifest("north", "new", v1::APPEND);
  of_new_key.set_token_key_id("key-id-2");
  Hold();
  EXPECT_TRUE(check(of_new_key, {{"a", {}}, {"b", {}}, {"c", {}}}).ok());
  Release();
  WaitUntilCommitted("north", "new");
}

// Otherwise a site could have as many as it likes.
TEST_F(DatasetChangesTest, ACorrectionThatAddsPeopleBeyondTheCensusIsNotTakenIn) {
  census_ = 3;
  Commit("north", "first", {{"a", {"t"}}, {"b", {"u"}}, {"c", {"v"}}});
  ASSERT_TRUE(Begin(Manifest("north", "fixes", v1::CORRECTION), {{"a", {}}, {"d", {}}}).ok());
  ASSERT_TRUE(uploads_->CheckCensus("north", "fixes").ok()) << "whom it corrects is not known yet";
  for (int i = 0; i < 2000 && StateOf("north", "fixes") == v1::INGESTING; ++i) Sleep();
  EXPECT_THAT(uploads_->Info("north", "fixes")->failure(), HasSubstr("more than the 3 records"));
  EXPECT_EQ(Seen("north"), Meant({{"a", {"t"}}, {"b", {"u"}}, {"c", {"v"}}}));
}

}  // namespace
}  // namespace blindlink::resolver
