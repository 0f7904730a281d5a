#include "common/base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>

namespace blindlink {
namespace {

class FilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/files_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(FilesTest, AnAtomicWriteReplacesTheWholeFileAndLeavesNothingElse) {
  ASSERT_TRUE(WriteFileAtomically(folder_ / "f", "old and long").ok());
  ASSERT_TRUE(WriteFileAtomically(folder_ / "f", "new").ok());
  EXPECT_EQ(*ReadFile(folder_ / "f"), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FilesTest, ANewFileIsNeverAnOverwrittenOne) {
  ASSERT_TRUE(WriteNewFile(folder_ / "f", "1", 0600).ok());
  EXPECT_EQ(WriteNewFile(folder_ / "f", "2", 0600).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadFile(folder_ / "f"), "1");
}

TEST_F(FilesTest, ASecretThatOthersCanReadIsRefusedWithTheRemedy) {
  ASSERT_TRUE(WriteNewFile(folder_ / "key", "secret", 0600).ok());
  EXPECT_EQ(*ReadPrivateFile(folder_ / "key"), "secret");
  ASSERT_EQ(chmod((folder_ / "key").c_str(), 0640), 0);
  const auto refused = ReadPrivateFile(folder_ / "key");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("chmod 600"));
}

TEST_F(FilesTest, AMissingFileIsNotFoundAndNamed) {
  const auto missing = ReadFile(folder_ / "nothing-here");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), testing::HasSubstr("nothing-here"));
}

TEST_F(FilesTest, APrivateFolderIsClosedToOthers) {
  ASSERT_TRUE(MakePrivateFolder(folder_ / "a" / "b").ok());
  struct stat info;
  ASSERT_EQ(stat((folder_ / "a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

}  // namespace
}  // namespace blindlink
