#include "resolver/storage/data_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/status/status.h"
#include "common/base/fd.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

TEST(DataLockTest, NamesTheProcessThatHoldsIt) {
  const TemporaryFolder data;
  ASSERT_TRUE(HolderOfData(data.path()).ok());
  EXPECT_FALSE(HolderOfData(data.path())->has_value());
  {
    const auto lock = LockData(data.path());
    ASSERT_TRUE(lock.ok()) << lock.status();
    ASSERT_TRUE(HolderOfData(data.path()).ok());
    EXPECT_EQ(*HolderOfData(data.path()), getpid());
    EXPECT_TRUE(absl::IsFailedPrecondition(LockData(data.path()).status()));
  }
  EXPECT_FALSE(HolderOfData(data.path())->has_value());
}

TEST(DataLockTest, SaysWhatToDoIfTheHolderIsOfAnEarlierReleaseOrInAnotherContainer) {
  const TemporaryFolder data;
  const std::filesystem::path file = data / kLockFile;
  const auto held = OpenFd(file, O_RDWR | O_CREAT);
  ASSERT_TRUE(held.ok());
  ASSERT_EQ(flock(held->get(), LOCK_EX), 0);
  const absl::Status unknown = HolderOfData(data.path()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(unknown));
  EXPECT_THAT(unknown.message(), HasSubstr("restart it"));
  std::ofstream(file) << getpid() << " 17\n";
  EXPECT_THAT(HolderOfData(data.path()).status().message(), HasSubstr("another container"));
  std::ofstream(file) << "what is this\n";
  EXPECT_TRUE(absl::IsDataLoss(HolderOfData(data.path()).status()));
}

}  // namespace
}  // namespace blindlink::resolver
