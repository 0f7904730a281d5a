#include "common/base/disk_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink {
namespace {

using testing::HasSubstr;

TEST(DiskRoom, WhatFitsIsFine) {
  const auto free = FreeBytes(testing::TempDir());
  ASSERT_TRUE(free.ok()) << free.status();
  EXPECT_GT(*free, 0u);
  EXPECT_TRUE(CheckRoom(testing::TempDir(), 1, "the work").ok());
}

TEST(DiskRoom, WhatDoesNotFitIsRefusedWithBothNumbers) {
  const absl::Status status = CheckRoom(testing::TempDir(), uint64_t{1} << 60, "the work");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              testing::AllOf(HasSubstr("the work needs about 1073741824 GiB of disk"),
                             HasSubstr("iB are free at " + testing::TempDir())));
}

TEST(DiskRoom, AFolderThatIsNotThereIsNamed) {
  EXPECT_THAT(std::string(CheckRoom("no-such-folder", 1, "the work").message()),
              HasSubstr("no-such-folder"));
}

}  // namespace
}  // namespace blindlink
