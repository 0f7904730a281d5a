#include "resolver/project/index_rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/project/project_store.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/project/result_of_run.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000;
constexpr int kRecords = 300;

// A project on disk, with its index on RocksDB.
class IndexRotationTest : public testing::Test {
 protected:
  IndexRotationTest() {
    Open();
    v1::CreateProjectRequest request;
    request.set_name("tiny");
    request.set_plan_text(TinyPlanText());
    request.add_sites("north");
    request.add_sites("south");
    EXPECT_TRUE(store_->Create(request, kNow).ok());
  }

  void Open() {
    store_.reset();
    auto store = ProjectStore::Open(folder_.path(), {1 << 20, 2});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  Project& project() { return **store_->Find("tiny"); }
  std::filesystem::path ProjectFolder() const { return folder_ / "projects" / "tiny"; }

  // Every second person is at both sites.
  static std::vector<v1::TokenBlock> Blocks(const std::string& site) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < kRecords; ++i) {
      const std::string person = absl::StrCat(i % 2 == 0 ? "both" : site, i);
      records.push_back({absl::StrCat(site, i), {{person}, {absl::StrCat(person, "l"), kLastDob}}});
    }
    return {BlockOf(0, 0, records)};
  }
  void Send(const std::string& site, const std::string& dataset) {
    ASSERT_TRUE(project().uploads().Begin(ManifestFor(TinyPlan(), site, dataset)).ok());
    const auto upload = project().uploads().Find(site, dataset);
    ASSERT_TRUE(upload.ok());
    for (const v1::TokenBlock& block : Blocks(site)) ASSERT_TRUE((*upload)->Append(block).ok());
  }
  void Commit(const std::string& site, const std::string& dataset) {
    ASSERT_TRUE(project().uploads().Commit(site, CommitOf(dataset, Blocks(site))).ok());
    ASSERT_TRUE(Eventually(
        [&] { return project().uploads().Info(site, dataset)->state() == v1::COMMITTED; }));
  }
  void SendAndCommit(const std::string& site, const std::string& dataset) {
    Send(site, dataset);
    Commit(site, dataset);
  }

  v1::IndexKeyState State() { return project().Keys()->index_key(); }
  void Rotate() {
    const uint32_t before = State().generation();
    ASSERT_TRUE(project().index_rotation().Begin().ok());
    ASSERT_TRUE(Eventually([&] { return !State().rotating(); })) << State().waiting_for();
    EXPECT_EQ(State().generation(), before + 1);
    EXPECT_EQ(State().waiting_for(), "");
  }
  std::string Result() { return ResultOfRun(project(), ProjectFolder(), kNow); }
  // How often the bytes of a file under the project's folder contain `text`.
  bool AnyFileContains(const std::string& text) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(ProjectFolder())) {
      if (!entry.is_regular_file()) continue;
      if (ReadFile(entry.path()).value_or("").find(text) != std::string::npos) return true;
    }
    return false;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ProjectStore> store_;
};

TEST_F(IndexRotationTest, TheResultIsTheSameToTheByteAfterEveryRotation) {
  SendAndCommit("north", "all");
  SendAndCommit("south", "all");
  const std::string before = Result();
  ASSERT_GT(before.size(), 1000u);
  for (int times = 0; times < 3; ++times) {
    Rotate();
    EXPECT_EQ(Result() == before, true) << "generation " << State().generation();
  }
  Open();
  EXPECT_EQ(State().generation(), 3u);
  EXPECT_EQ(Result() == before, true) << "after a restart";
}

TEST_F(IndexRotationTest, TheOldIndexAndTheOldKeyAreGone) {
  SendAndCommit("north", "all");
  Rotate();
  EXPECT_FALSE(std::filesystem::exists(ProjectFolder() / "index"));
  EXPECT_TRUE(std::filesystem::exists(ProjectFolder() / "index-1"));
  const std::string key = ReadFile(folder_ / "keys" / "tiny.1.key").value();
  Rotate();
  EXPECT_FALSE(std::filesystem::exists(ProjectFolder() / "index-1"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "keys" / "tiny.1.key"));
  EXPECT_FALSE(AnyFileContains(key));
}

TEST_F(IndexRotationTest, UploadsOfBeforeAndAfterMeet) {
  const std::string expected = [&] {
    SendAndCommit("north", "all");
    SendAndCommit("south", "all");
    return Result();
  }();
  ASSERT_TRUE(project().uploads().DiscardOrWithdraw("south", "all").ok());
  Rotate();
  SendAndCommit("south", "again");
  EXPECT_EQ(Result() == expected, true);
}

TEST_F(IndexRotationTest, TheSegmentsOfAnUploadInProgressAreConverted) {
  // Enough for several logs, of which the full ones become segments while the upload goes on.
  std::vector<v1::TokenBlock> blocks;
  constexpr int kBlocks = 30;
  for (int block = 0; block < kBlocks; ++block) {
    std::vector<SampleRecord> records;
    for (int i = 0; i < 1000; ++i) {
      const std::string name = absl::StrCat(block, "-", i);
      records.push_back({name, {{absl::StrCat("p", name)}, {absl::StrCat("l", name), kLastDob}}});
    }
    blocks.push_back(BlockOf(block, 1000u * block, records));
  }
  const auto send = [&](const std::string& site) {
    ASSERT_TRUE(project().uploads().Begin(ManifestFor(TinyPlan(), site, "all")).ok());
    const auto upload = *project().uploads().Find(site, "all");
    for (const v1::TokenBlock& block : blocks) ASSERT_TRUE(upload->Append(block).ok());
    ASSERT_TRUE(Eventually([&] { return !upload->Segments().empty(); }));
  };
  const auto commit = [&](const std::string& site) {
    ASSERT_TRUE(project().uploads().Commit(site, CommitOf("all", blocks)).ok());
    ASSERT_TRUE(Eventually(
        [&] { return project().uploads().Info(site, "all")->state() != v1::INGESTING; }));
    EXPECT_EQ(project().uploads().Info(site, "all")->state(), v1::COMMITTED)
        << project().uploads().Info(site, "all")->failure();
  };
  send("north");
  Rotate();
  send("south");
  Rotate();
  commit("north");
  commit("south");
  Result();
  EXPECT_EQ(project().runs().List().back().summary().match_pairs(), 1000u * kBlocks);
}

TEST_F(IndexRotationTest, StoppedAtAnyMomentItGoesOnAtTheNextStart) {
  SendAndCommit("north", "all");
  SendAndCommit("south", "all");
  const std::string before = Result();
  for (int attempt = 0; attempt < 4; ++attempt) {
    ASSERT_TRUE(project().index_rotation().Begin().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(10 * attempt));
    Open();
    ASSERT_TRUE(Eventually([&] { return !State().rotating(); })) << State().waiting_for();
    EXPECT_EQ(State().generation(), static_cast<uint32_t>(attempt + 1));
    EXPECT_EQ(Result() == before, true) << attempt;
  }
}

TEST_F(IndexRotationTest, ADamagedKeyIsNoticedBeforeTokensAreStoredUnderIt) {
  SendAndCommit("north", "all");
  Rotate();
  ASSERT_TRUE(MakePrivateFolder(folder_ / "other").ok());
  ASSERT_TRUE(IndexKeyGeneration::Generate(folder_ / "other" / "tiny.key", 1).ok());
  store_.reset();
  std::filesystem::copy_file(folder_ / "other" / "tiny.1.key", folder_ / "keys" / "tiny.1.key",
                             std::filesystem::copy_options::overwrite_existing);
  Open();
  EXPECT_THAT(std::string(store_->Find("tiny").status().message()), HasSubstr("tiny.1.key"));
}

}  // namespace
}  // namespace blindlink::resolver
