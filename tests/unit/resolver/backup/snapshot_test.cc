#include "resolver/backup/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/disk_room.h"
#include "common/base/files.h"
#include "resolver/storage/backup_staging.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() {
    Write("keys/flu.key", "secret");
    Write("audit/head", "head of now");
    Write("projects/flu/project.pb", "parties");
  }
  void Write(const std::string& name, absl::string_view content) {
    std::filesystem::create_directories((data_ / name).parent_path());
    ASSERT_TRUE(WriteFileAtomically(data_ / name, content).ok());
  }
  absl::StatusOr<Snapshot> Take() {
    auto staging = BackupStaging::Begin(data_);
    if (!staging.ok()) return staging.status();
    staging_ = *std::move(staging);
    return TakeSnapshot({data_, data_ / "keys", staging_->folder()});
  }
  // What a copy of each file would be.
  static std::map<std::string, std::string> Contents(const Snapshot& snapshot) {
    std::map<std::string, std::string> contents;
    for (const SnapshotFile& file : snapshot.files) {
      contents[file.path] =
          file.held.empty() ? file.content : ReadFile(file.held).value().substr(0, file.size);
    }
    return contents;
  }

  TemporaryFolder folder_;
  const std::filesystem::path data_ = folder_ / "data";
  std::unique_ptr<BackupStaging> staging_;
};

TEST_F(SnapshotTest, FilesStayAsTheyWereWhateverIsWrittenAfterwards) {
  Write("projects/flu/uploads/north/d1/blocks-000000.log", "blocks");
  const auto snapshot = Take();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  const auto before = Contents(*snapshot);
  EXPECT_EQ(before.at("projects/flu/project.pb"), "parties");
  Write("projects/flu/project.pb", "other parties");
  std::filesystem::remove_all(data_ / "projects/flu/uploads/north");
  std::ofstream(data_ / "audit/head") << "head of later";
  EXPECT_EQ(Contents(*snapshot), before);
}

TEST_F(SnapshotTest, WhatIsAddedToTheEndOfAFileDoesNotBelongToIt) {
  Write("audit/entries", "one");
  const auto snapshot = Take();
  ASSERT_TRUE(snapshot.ok());
  std::ofstream(data_ / "audit/entries", std::ios::app) << "two";
  EXPECT_EQ(Contents(*snapshot).at("audit/entries"), "one");
}

TEST_F(SnapshotTest, TheRoomOfAFileIsNotGivenBackWhileItHoldsIt) {
  constexpr size_t kBytes = 16384;
  const std::string name = "projects/flu/uploads/north/d1/segment-000000";
  Write(name, std::string(kBytes, 's'));
  const auto snapshot = Take();
  ASSERT_TRUE(snapshot.ok());
  GiveBackBeginning(data_ / name, kBytes);
  EXPECT_EQ(Contents(*snapshot).at(name), std::string(kBytes, 's'));
  staging_.reset();
  GiveBackBeginning(data_ / name, kBytes);
  if (CanGiveBack(data_)) {
    EXPECT_EQ(ReadFile(data_ / name).value(), std::string(kBytes, '\0'));
  }
}

TEST_F(SnapshotTest, KeysAreApartAndLocksAndUnfinishedAndTemporaryFilesAreLeftOut) {
  for (const std::string name :
       {"lock", "backup.sha256", "projects/flu/notes.pb.17.partial", "projects/flu/temporary/x",
        "projects/flu/index/incoming/1.sst", "projects/flu/index/db/LOCK",
        "projects/flu/index/db/LOG", "projects/flu/index/db/LOG.old.1"}) {
    Write(name, "x");
  }
  Write("projects/flu/index/db/000001.sst", "table");
  const auto snapshot = Take();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_THAT(Contents(*snapshot),
              ElementsAre(std::pair("audit/head", "head of now"),
                          std::pair("projects/flu/index/db/000001.sst", "table"),
                          std::pair("projects/flu/project.pb", "parties")));
  ASSERT_EQ(snapshot->keys.size(), 1u);
  EXPECT_EQ(snapshot->keys[0].path, "flu.key");
  EXPECT_EQ(snapshot->keys[0].content.size(), 6u);
}

TEST_F(SnapshotTest, ALinkToElsewhereIsRefusedRatherThanLeftOut) {
  std::filesystem::create_directory_symlink(folder_.path(), data_ / "projects/asthma");
  const auto snapshot = Take();
  EXPECT_TRUE(absl::IsFailedPrecondition(snapshot.status()));
  EXPECT_THAT(snapshot.status().message(), HasSubstr("projects/asthma is neither"));
}

TEST_F(SnapshotTest, OneBackupAtATimeAndALeftOneIsCleared) {
  ASSERT_TRUE(Take().ok());
  EXPECT_THAT(BackupStaging::Begin(data_).status().message(), HasSubstr("another backup"));
  RemoveAbandonedStaging(data_);
  EXPECT_FALSE(std::filesystem::is_empty(data_ / kStagingFolder));
  staging_.reset();
  EXPECT_FALSE(std::filesystem::exists(data_ / kStagingFolder));
  Write("backup-in-progress/1", "of one that was killed");
  RemoveAbandonedStaging(data_);
  EXPECT_FALSE(std::filesystem::exists(data_ / kStagingFolder));
}

}  // namespace
}  // namespace blindlink::resolver
