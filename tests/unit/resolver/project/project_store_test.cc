#include "resolver/project/project_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "common/base/files.h"
#include "common/crypto/passphrase.h"
#include "resolver/ingest/upload.h"
#include "resolver/storage/stored_message.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

class ProjectStoreTest : public testing::Test {
 protected:
  ProjectStoreTest() { Open(); }

  void Open() {
    store_.reset();
    auto store = ProjectStore::Open(folder_.path(), {1 << 20, 2});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  static v1::CreateProjectRequest Request(const std::string& name) {
    v1::CreateProjectRequest request;
    request.set_name(name);
    request.set_plan_text(TinyPlanText());
    request.add_sites("north");
    request.add_sites("south");
    request.add_researchers("study");
    return request;
  }
  absl::Status Create(const v1::CreateProjectRequest& request) {
    return store_->Create(request, 1'700'000'000).status();
  }

  // One record of the same person from each site, and a run over them.
  static void UploadAndLink(Project& project) {
    for (const char* site : {"north", "south"}) {
      const std::vector<v1::TokenBlock> blocks = {BlockOf(0, 0, {{site, {{"t"}}}})};
      ASSERT_TRUE(project.uploads().Begin(ManifestFor(TinyPlan(), site, "all")).ok());
      ASSERT_TRUE((*project.uploads().Find(site, "all"))->Append(blocks[0]).ok());
      ASSERT_TRUE(project.uploads().Commit(site, CommitOf("all", blocks)).ok());
      while (project.uploads().Info(site, "all")->state() == v1::INGESTING) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      ASSERT_EQ(project.uploads().Info(site, "all")->state(), v1::COMMITTED);
    }
    const auto run = project.runs().Start({}, 1'700'000'000);
    ASSERT_TRUE(run.ok()) << run.status();
    while (project.runs().Get(run->run())->state() == v1::RUNNING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<ProjectStore> store_;
};

TEST_F(ProjectStoreTest, AProjectIsThereWithItsPlanAndPartiesAlsoAfterARestart) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  Open();
  const auto project = store_->Find("asthma");
  ASSERT_TRUE(project.ok()) << project.status();
  const v1::ProjectInfo info = (*project)->Info(true);
  EXPECT_EQ(info.plan_text(), TinyPlanText());
  EXPECT_EQ(info.tokenization_digest(), AsView(TinyPlan().tokenization_digest()));
  EXPECT_EQ(info.sites_size(), 2);
  EXPECT_EQ(info.created_unix_seconds(), 1'700'000'000);
  EXPECT_TRUE((*project)->parties().HasSite("south"));
  EXPECT_FALSE((*project)->parties().HasSite("study"));
  EXPECT_TRUE((*project)->parties().HasResearcher("study"));
  EXPECT_TRUE((*project)->Info(false).plan_text().empty());
}

TEST_F(ProjectStoreTest, ASecondResolverOnTheSameDataIsRefused) {
  const auto second = ProjectStore::Open(folder_.path(), {1 << 20, 2});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another resolver"));
}

TEST_F(ProjectStoreTest, ANameIsTakenOnce) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  EXPECT_EQ(Create(Request("asthma")).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ProjectStoreTest, NamesThatAreNoneAreRefused) {
  for (const char* name : {"", "..", "a/b", "Asthma", "-a", "a b"}) {
    EXPECT_EQ(Create(Request(name)).code(), absl::StatusCode::kInvalidArgument) << name;
  }
  v1::CreateProjectRequest request = Request("asthma");
  request.add_sites("../north");
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  request = Request("asthma");
  request.add_researchers("A");
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  request = Request("asthma");
  request.clear_sites();
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(store_->List().empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "projects"));
}

TEST_F(ProjectStoreTest, AWrongPlanIsRefusedWithLineAndField) {
  v1::CreateProjectRequest request = Request("asthma");
  request.set_plan_text(TinyPlanText("limits { no_such_limit: 3 }"));
  const absl::Status status = Create(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no_such_limit"));
  EXPECT_EQ(store_->Find("asthma").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ProjectStoreTest, ProjectsAreListedByNameAndKeepApart) {
  ASSERT_TRUE(Create(Request("diabetes")).ok());
  ASSERT_TRUE(Create(Request("asthma")).ok());
  const std::vector<Project*> list = store_->List();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]->name(), "asthma");
  ASSERT_TRUE(list[0]->uploads().Begin(ManifestFor(TinyPlan(), "north", "all")).ok());
  EXPECT_TRUE(list[1]->uploads().List("").empty());
}

// Created, but stopped before project.pb was written.
TEST_F(ProjectStoreTest, AHalfMadeProjectIsNoneAndItsNameIsFree) {
  std::filesystem::create_directories(folder_ / "projects" / "asthma" / "plans");
  Open();
  EXPECT_EQ(store_->Find("asthma").status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(Create(Request("asthma")).ok());
}

TEST_F(ProjectStoreTest, ASiteThatIsNamedTwiceIsRefused) {
  v1::CreateProjectRequest request = Request("asthma");
  request.add_sites("north");
  const absl::Status status = Create(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("north is named twice"));
}

TEST_F(ProjectStoreTest, ATokenKeyThatIsStatedAtCreationIsBoundAlsoAfterARestart) {
  v1::CreateProjectRequest request = Request("asthma");
  request.set_token_key_id("short");
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  request.set_token_key_id("key-id-1");
  ASSERT_TRUE(Create(request).ok());
  Open();
  Project* project = *store_->Find("asthma");
  EXPECT_EQ(project->Info(false).token_key_id(), "key-id-1");
  v1::UploadManifest other = ManifestFor(TinyPlan(), "north", "all");
  other.set_token_key_id("key-id-2");
  EXPECT_EQ(project->uploads().Begin(other).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(project->uploads().Begin(ManifestFor(TinyPlan(), "north", "all")).ok());
}

TEST_F(ProjectStoreTest, ADataDirectoryThatOthersMayWriteToIsRefused) {
  store_.reset();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  const auto store = ProjectStore::Open(folder_.path(), {1 << 20, 2});
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("chmod 700"));
}

TEST_F(ProjectStoreTest, ADamagedProjectIsLeftOutAndNamedAndTheOthersServe) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  ASSERT_TRUE(Create(Request("diabetes")).ok());
  ASSERT_TRUE(Create(Request("flu")).ok());
  store_.reset();
  const std::filesystem::path projects = folder_ / "projects";
  ASSERT_TRUE(WriteFileAtomically(projects / "asthma" / "project.pb", "damaged").ok());
  std::string key = *ReadFile(folder_ / "keys" / "flu.key");
  key[30] = key[30] == 'a' ? 'b' : 'a';
  ASSERT_TRUE(WriteFileAtomically(folder_ / "keys" / "flu.key", key, 0600).ok());
  Open();
  EXPECT_EQ(store_->List().size(), 1u);
  EXPECT_TRUE(store_->Find("diabetes").ok());
  EXPECT_EQ(store_->Find("asthma").status().code(), absl::StatusCode::kDataLoss);
  const auto damaged = store_->ListDamaged();
  ASSERT_EQ(damaged.size(), 2u);
  EXPECT_THAT(damaged.at("asthma").damage, HasSubstr("project.pb is damaged: restore"));
  EXPECT_THAT(damaged.at("flu").damage, HasSubstr("flu.key, is damaged"));
  EXPECT_EQ(damaged.at("flu").parties.sites_size(), 2);
  EXPECT_EQ(Create(Request("asthma")).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ProjectStoreTest, TheDataHoldsNoIndexKeyAndTheKeysMayBeElsewhere) {
  store_.reset();
  TemporaryFolder elsewhere;
  const auto open = [&] {
    auto store = ProjectStore::Open(folder_.path(), {1 << 20, 2}, elsewhere / "keys");
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  };
  open();
  ASSERT_TRUE(Create(Request("asthma")).ok());
  const std::string key = *ReadFile(elsewhere / "keys" / "asthma.key");
  EXPECT_THAT(key, testing::StartsWith("blindlink-index-key-v1\n"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(ReadFile(entry.path()).value(), testing::Not(HasSubstr("blindlink-index-key")));
  }
  store_.reset();
  open();
  EXPECT_TRUE(store_->Find("asthma").ok());
  store_.reset();
  std::filesystem::rename(elsewhere / "keys" / "asthma.key", elsewhere / "hidden");
  open();
  EXPECT_EQ(store_->Find("asthma").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ProjectStoreTest, AKeyThatAnEarlierReleaseKeptBesideTheDataIsMoved) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  const std::filesystem::path before = folder_ / "projects" / "asthma" / "index.key";
  const std::filesystem::path now = folder_ / "keys" / "asthma.key";
  const std::string key = *ReadFile(now);
  std::filesystem::rename(now, before);
  Open();
  EXPECT_TRUE(store_->Find("asthma").ok());
  EXPECT_EQ(*ReadFile(now), key);
  EXPECT_FALSE(std::filesystem::exists(before));
}

TEST_F(ProjectStoreTest, UnderAPassphraseNoIndexKeyIsInTheClear) {
  ASSERT_TRUE(Create(Request("before")).ok());
  store_.reset();
  ASSERT_TRUE(WriteFileAtomically(folder_ / "passphrase", "a long passphrase", 0600).ok());
  UsePassphraseFile(folder_ / "passphrase");
  Open();
  EXPECT_TRUE(store_->Find("before").ok());
  ASSERT_TRUE(Create(Request("after")).ok());
  for (const char* name : {"before.key", "after.key"}) {
    EXPECT_THAT(*ReadFile(folder_ / "keys" / name), HasSubstr("\nscrypt-aes-256-gcm ")) << name;
  }
  Open();
  EXPECT_EQ(store_->List().size(), 2u);
  store_.reset();
  ForgetPassphrase();
  UsePassphraseFile(folder_ / "no such file");
  Open();
  EXPECT_EQ(store_->ListDamaged().size(), 2u);
  ForgetPassphrase();
}

TEST_F(ProjectStoreTest, TheKeyOfAProjectWhoseDataWasMovedAwayIsNotOverwritten) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  const std::string key = *ReadFile(folder_ / "keys" / "asthma.key");
  std::filesystem::rename(folder_ / "projects" / "asthma", folder_ / "moved");
  Open();
  EXPECT_EQ(Create(Request("asthma")).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*ReadFile(folder_ / "keys" / "asthma.key"), key);
}

TEST_F(ProjectStoreTest, ACreationThatWasCutOffIsDoneAgain) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  std::filesystem::remove(folder_ / "projects" / "asthma" / "project.pb");
  Open();
  EXPECT_TRUE(Create(Request("asthma")).ok());
}

TEST_F(ProjectStoreTest, AKeysFolderThatOthersMayReadIsRefused) {
  store_.reset();
  std::filesystem::permissions(folder_ / "keys", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto store = ProjectStore::Open(folder_.path(), {1 << 20, 2});
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
}

// As the release before this one wrote it: messages without a checksum, no notes.
TEST_F(ProjectStoreTest, AProjectOfAnEarlierReleaseIsOpened) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  const std::filesystem::path folder = folder_ / "projects" / "asthma";
  storage::v1::StoredProject stored;
  ASSERT_TRUE(ReadStored(folder / "project.pb", "", &stored).ok());
  stored.clear_index_key_check();
  ASSERT_TRUE(WriteFileAtomically(folder / "project.pb", stored.SerializeAsString(), 0600).ok());
  std::filesystem::remove(folder / "notes.pb");
  Open();
  EXPECT_TRUE(store_->Find("asthma").ok());
}

TEST_F(ProjectStoreTest, AProjectThatIsBeingMadeTakesItsNameAndHoldsUpNobody) {
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { made += Create(Request("asthma")).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_F(ProjectStoreTest, AnIndexKeyThatOthersCanReadKeepsTheProjectShut) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  std::filesystem::permissions(folder_ / "keys" / "asthma.key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  Open();
  EXPECT_THAT(store_->ListDamaged().at("asthma").damage, HasSubstr("chmod"));
}

TEST_F(ProjectStoreTest, AProjectThatCannotBeOpenedLeavesNoWorkBehind) {
  ASSERT_TRUE(Create(Request("tiny")).ok());
  store_.reset();
  const std::filesystem::path folder = folder_ / "projects" / "tiny";
  {
    const Plan plan = TinyPlan();
    std::vector<SampleRecord> records;
    for (int i = 0; i < 2000; ++i) records.push_back({"r" + std::to_string(i), {{"t"}}});
    const std::vector<v1::TokenBlock> blocks = {BlockOf(0, 0, records)};
    const auto upload = Upload::Create(folder / "uploads" / "north" / "all",
                                       ManifestFor(plan, "north", "all"), plan, {});
    ASSERT_TRUE(upload.ok()) << upload.status();
    ASSERT_TRUE((*upload)->Append(blocks[0]).ok());
    ASSERT_TRUE((*upload)->Commit(CommitOf("all", blocks)).ok());
  }
  std::filesystem::rename(folder / "runs", folder / "kept");
  ASSERT_TRUE(WriteFileAtomically(folder / "runs", "no folder").ok());
  Open();
  EXPECT_EQ(store_->ListDamaged().size(), 1u);
  store_.reset();

  std::filesystem::remove(folder / "runs");
  Open();
  const UploadRegister& uploads = (*store_->Find("tiny"))->uploads();
  while (uploads.Info("north", "all")->state() == v1::INGESTING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(uploads.Info("north", "all")->state(), v1::COMMITTED);
}

// The whole path on RocksDB: two sites in, one pair out, also after a restart.
TEST_F(ProjectStoreTest, FromUploadsToAResultOnDisk) {
  ASSERT_TRUE(Create(Request("tiny")).ok());
  Project* project = *store_->Find("tiny");
  UploadAndLink(*project);
  Open();
  const auto result = (*store_->Find("tiny"))->runs().Result("");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ((*result)->pair_count(), 1u);
}

// --- a party that joins later ----------------------------------------------------------------

v1::AddPartyRequest Joining(const std::string& site) {
  v1::AddPartyRequest request;
  request.set_site(site);
  request.set_confirm(site);
  return request;
}

TEST_F(ProjectStoreTest, ASiteThatJoinsDuringAnUploadChangesNothingOfItAndStaysAfterARestart) {
  v1::CreateProjectRequest request = Request("asthma");
  request.set_token_key_id("key-id-1");
  ASSERT_TRUE(Create(request).ok());
  Project* project = *store_->Find("asthma");
  const std::vector<v1::TokenBlock> blocks = {BlockOf(0, 0, {{"anna", {{"t"}}}})};
  ASSERT_TRUE(project->uploads().Begin(ManifestFor(TinyPlan(), "north", "all")).ok());
  v1::AddPartyRequest joining = Joining("east");
  joining.set_census_records(7);
  ASSERT_TRUE(project->AddParty(joining, 1'700'000'001).ok());
  ASSERT_TRUE((*project->uploads().Find("north", "all"))->Append(blocks[0]).ok());
  ASSERT_TRUE(project->uploads().Commit("north", CommitOf("all", blocks)).ok());
  Open();
  project = *store_->Find("asthma");
  const v1::ProjectInfo info = project->Info(false);
  EXPECT_THAT(info.sites(), testing::ElementsAre("north", "south", "east"));
  ASSERT_EQ(info.joined_size(), 1);
  EXPECT_EQ(info.joined(0).unix_seconds(), 1'700'000'001);
  EXPECT_EQ(info.token_key_id(), "key-id-1");
  EXPECT_EQ(project->parties().CensusOf("east"), 7u);
  EXPECT_TRUE(project->uploads().Begin(ManifestFor(TinyPlan(), "east", "all")).ok());
}

TEST_F(ProjectStoreTest, ASiteCannotJoinAProjectWhoseIndexIsDroppedButAResearcherCan) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  Project* project = *store_->Find("asthma");
  UploadAndLink(*project);
  ASSERT_TRUE(project->DropIndex(1'700'000'001).ok());
  const absl::Status refused = project->AddParty(Joining("east"), 1'700'000'002);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("index is dropped"));
  v1::AddPartyRequest researcher;
  researcher.set_researcher("cohort");
  researcher.set_confirm("cohort");
  EXPECT_TRUE(project->AddParty(researcher, 1'700'000'002).ok());
}

TEST_F(ProjectStoreTest, APurgedProjectIsGoneAtOnceAndItsNameIsFreeOnceNoCallUsesIt) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  const std::filesystem::path folder = folder_ / "projects" / "asthma";
  Project* in_use = *store_->Find("asthma");
  bool calls_ended = false;
  ASSERT_TRUE(store_->Purge("asthma", [&] { return calls_ended; }).ok());
  EXPECT_EQ(store_->Find("asthma").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "keys" / "asthma.key"));
  while (std::filesystem::exists(folder)) std::this_thread::yield();
  store_->RemovePurged();
  EXPECT_EQ(in_use->name(), "asthma");
  EXPECT_EQ(Create(Request("asthma")).code(), absl::StatusCode::kAlreadyExists);
  calls_ended = true;
  store_->RemovePurged();
  while (!Create(Request("asthma")).ok()) std::this_thread::yield();
  EXPECT_EQ(store_->Purge("other", [] { return true; }).code(), absl::StatusCode::kNotFound);
}

TEST_F(ProjectStoreTest, APurgeThatWasInterruptedIsFinishedAtTheNextStart) {
  ASSERT_TRUE(Create(Request("asthma")).ok());
  store_.reset();
  const std::filesystem::path folder = folder_ / "projects" / "asthma";
  ASSERT_TRUE(Project::BeginPurge(folder, IndexKeyFolder(folder_ / "keys")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "keys" / "asthma.key"));
  EXPECT_TRUE(std::filesystem::exists(folder / "index"));
  Open();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(ProjectStoreTest, ACensusIsOfASiteOfTheProjectAndOnceOnly) {
  v1::CreateProjectRequest request = Request("asthma");
  v1::SiteCensus& census = *request.add_site_census();
  census.set_site("west");
  census.set_records(5);
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  census.set_site("north");
  *request.add_site_census() = census;
  EXPECT_EQ(Create(request).code(), absl::StatusCode::kInvalidArgument);
  request.mutable_site_census()->RemoveLast();
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ((*store_->Find("asthma"))->parties().CensusOf("north"), 5u);
  EXPECT_FALSE((*store_->Find("asthma"))->parties().CensusOf("south").has_value());
}

}  // namespace
}  // namespace blindlink::resolver
