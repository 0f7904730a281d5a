// Tests that a project's index is moved whole or not at all. From and to RocksDB; other engines are
// in tests/contract/index_transfer_test.cc and tests/integration/move_index_test.cc.
#include "resolver/project/index_move.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "common/base/files.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/project/index_move_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

class IndexMoveTest : public testing::Test {
 protected:
  IndexMoveTest() {
    moved_.Open();
    moved_.Create();
  }

  // Both sites have sent, the resolver is stopped, and the index is in the file.
  void SendAndExport() {
    moved_.SendAndCommit("north", "all");
    moved_.SendAndCommit("south", "all");
    before_ = moved_.Result();
    moved_.Close();
    const auto exported = moved_.Export({file_});
    ASSERT_TRUE(exported.ok()) << exported.status();
  }
  // The index is that of before, and nothing else is there.
  void ExpectUnchanged() {
    EXPECT_EQ(ImportFolders(), 0);
    moved_.Open();
    EXPECT_EQ(moved_.Result() == before_, true);
    moved_.Close();
  }
  void ExpectRefused(const absl::StatusOr<IndexMove>& move, absl::StatusCode code,
                     const std::string& words) {
    EXPECT_EQ(move.status().code(), code) << move.status();
    EXPECT_THAT(std::string(move.status().message()), HasSubstr(words));
  }
  int64_t ImportFolders() const {
    const std::filesystem::directory_iterator all(moved_.folder());
    return std::count_if(begin(all), end(all), [](const auto& entry) {
      return StoppedProject::IsImportFolder(entry.path().filename());
    });
  }
  void FlipByteAt(uint64_t at) {
    std::string bytes = ReadFile(file_).value();
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    ASSERT_TRUE(WriteFileAtomically(file_, bytes).ok());
  }

  const TemporaryFolder folder_;
  MovedProject moved_{folder_.path() / "data"};
  const std::filesystem::path file_ = folder_ / "tiny.blindex";
  std::string before_;
};

TEST_F(IndexMoveTest, TheResultIsTheSameToTheByteFromTheImportedIndex) {
  SendAndExport();
  const auto imported = moved_.Import({file_});
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->datasets.size(), 2u);
  EXPECT_EQ(imported->datasets[0].sum.records, 300u);
  EXPECT_EQ(imported->datasets[0].sum.postings, 600u);
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, UploadsInProgressAndLaterDatasetsComeAfterTheMove) {
  moved_.Send("north", "later");
  SendAndExport();
  ASSERT_TRUE(moved_.Import({file_}).ok());
  moved_.Open();
  moved_.Commit("north", "later");
  moved_.SendAndCommit("south", "again");
  EXPECT_NE(moved_.Result(), "");
}

TEST_F(IndexMoveTest, AnIndexOfALaterGenerationOfTheKeyIsMovedToo) {
  moved_.SendAndCommit("north", "first");
  ASSERT_TRUE(moved_.project().index_rotation().Begin().ok());
  ASSERT_TRUE(Eventually([&] { return !moved_.project().Keys()->index_key().rotating(); }));
  SendAndExport();
  ASSERT_TRUE(moved_.Import({file_}).ok());
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, ADryRunOfAnExportCountsAndWritesNothing) {
  moved_.SendAndCommit("north", "all");
  moved_.Close();
  const auto counted = moved_.Export({file_, /*dry_run=*/true});
  ASSERT_TRUE(counted.ok()) << counted.status();
  ASSERT_EQ(counted->datasets.size(), 1u);
  EXPECT_EQ(counted->datasets[0].row.postings(), 600u);
  EXPECT_GT(counted->file_bytes, 0u);
  EXPECT_GT(counted->free_bytes, counted->file_bytes);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(IndexMoveTest, ADryRunOfAnImportReadsAllOfTheFileAndChangesNothing) {
  SendAndExport();
  const auto checked = moved_.Import({file_, /*dry_run=*/true});
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->datasets[1].sum.postings, 600u);
  EXPECT_FALSE(std::filesystem::exists(moved_.folder() / "index" / "import.pb"));
  ExpectUnchanged();
  FlipByteAt(std::filesystem::file_size(file_) - 100);
  ExpectRefused(moved_.Import({file_, /*dry_run=*/true}), absl::StatusCode::kDataLoss,
                "is damaged at byte");
}

TEST_F(IndexMoveTest, ADamagedFileIsRefusedAndTheOldIndexStaysInForce) {
  SendAndExport();
  const std::string whole = ReadFile(file_).value();
  FlipByteAt(whole.size() / 2);
  ExpectRefused(moved_.Import({file_}), absl::StatusCode::kDataLoss, "its bytes have changed");
  ASSERT_TRUE(WriteFileAtomically(file_, whole.substr(0, whole.size() - 200)).ok());
  ExpectRefused(moved_.Import({file_}), absl::StatusCode::kDataLoss, "it is cut off");
  moved_.Open();  // removes what the attempts left
  moved_.Close();
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, AFileOfAnotherProjectOrPlanOrKeyIsRefused) {
  SendAndExport();
  for (const char* what : {"plan", "index key"}) {
    MovedProject other(folder_ / (std::string("other-") + what));
    other.Open();
    other.Create(TinyPlanText(std::string(what) == "plan" ? "# another\n" : ""));
    other.Close();
    ExpectRefused(other.Import({file_}), absl::StatusCode::kFailedPrecondition,
                  std::string("with another ") + what);
  }
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, AFileFromBeforeTheIndexHadAllItsDatasetsIsRefused) {
  SendAndExport();
  moved_.Open();
  moved_.SendAndCommit("south", "more");
  before_ = moved_.Result();
  moved_.Close();
  ExpectRefused(moved_.Import({file_}), absl::StatusCode::kFailedPrecondition, "export again");
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, AFileFromBeforeTheIndexKeyWasReplacedIsRefused) {
  SendAndExport();
  moved_.Open();
  ASSERT_TRUE(moved_.project().index_rotation().Begin().ok());
  ASSERT_TRUE(Eventually([&] { return !moved_.project().Keys()->index_key().rotating(); }));
  moved_.Close();
  ExpectRefused(moved_.Import({file_}), absl::StatusCode::kFailedPrecondition,
                "the index key was replaced");
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, WhileAResolverUsesTheDirectoryBothAreRefused) {
  SendAndExport();
  moved_.Open();
  ExpectRefused(moved_.Export({folder_ / "second"}), absl::StatusCode::kFailedPrecondition,
                "another resolver is using");
  ExpectRefused(moved_.Import({file_}), absl::StatusCode::kFailedPrecondition,
                "another resolver is using");
}

TEST_F(IndexMoveTest, AFileThatExistsIsNotOverwritten) {
  SendAndExport();
  ExpectRefused(moved_.Export({file_}), absl::StatusCode::kAlreadyExists, "choose another name");
}

TEST_F(IndexMoveTest, WithoutItsIndexAProjectCannotBeMoved) {
  moved_.SendAndCommit("north", "all");
  moved_.SendAndCommit("south", "all");
  moved_.Result();
  ASSERT_TRUE(moved_.project().DropIndex(MovedProject::kNow).ok());
  moved_.Close();
  ExpectRefused(moved_.Export({file_}), absl::StatusCode::kFailedPrecondition, "dropped");
}

TEST_F(IndexMoveTest, AnIngestThatHasNotEndedIsNamed) {
  moved_.Send("north", "all");
  const auto upload = moved_.project().uploads().Find("north", "all");
  ASSERT_TRUE((*upload)->KeepDatasetNumber(1).ok());
  moved_.Close();
  ExpectRefused(moved_.Export({file_}), absl::StatusCode::kFailedPrecondition,
                "the ingest of dataset all of site north has not ended");
}

TEST_F(IndexMoveTest, AnImportThatWasDoneSaysSoAndDoesNothing) {
  SendAndExport();
  ASSERT_TRUE(moved_.Import({file_}).ok());
  const auto again = moved_.Import({file_});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->was_done);
  ExpectUnchanged();
}

TEST_F(IndexMoveTest, WhatAStoppedImportLeftIsDiscardedWhenTheResolverStartsOrOnDemand) {
  SendAndExport();
  for (const bool on_demand : {false, true}) {
    const auto stopped = moved_.Import({file_}, [](uint64_t postings) {
      return postings > 0 ? absl::CancelledError("stopped") : absl::OkStatus();
    });
    EXPECT_TRUE(absl::IsCancelled(stopped.status())) << stopped.status();
    EXPECT_EQ(ImportFolders(), 1);
    if (on_demand) {
      const auto project = moved_.Stopped().value();
      ASSERT_TRUE(DiscardImports(*project, {std::make_shared<RocksDbEngine>(), nullptr}).ok());
    } else {
      moved_.Open();
      moved_.Close();
    }
    EXPECT_EQ(ImportFolders(), 0);
  }
  ExpectUnchanged();
}

}  // namespace
}  // namespace blindlink::resolver
