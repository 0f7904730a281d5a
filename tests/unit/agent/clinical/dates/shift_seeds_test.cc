#include "agent/clinical/dates/shift_seeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

RecordPseudonym Record(uint8_t number) {
  RecordPseudonym record{};
  record.bytes[15] = number;
  return record;
}

class ShiftSeedsTest : public testing::Test {
 protected:
  absl::StatusOr<ShiftSeeds> Read(const std::string& content) {
    const std::string path = folder_ / "seeds.csv";
    EXPECT_TRUE(WriteFileAtomically(path, content, 0600).ok());
    return ShiftSeeds::Read(path);
  }
  TemporaryFolder folder_;
};

TEST_F(ShiftSeedsTest, WhatIsWrittenIsReadInAnyOrder) {
  std::string text = ShiftSeeds::Header("flu", "run-1", 3);
  for (const uint8_t number : {9, 3, 200})
    ShiftSeeds::AppendRow({Record(number), 7U + number}, &text);
  const ShiftSeeds seeds = *Read(text);
  EXPECT_EQ(seeds.size(), 3u);
  EXPECT_EQ(seeds.project(), "flu");
  EXPECT_EQ(seeds.run(), "run-1");
  EXPECT_EQ(seeds.Of(Record(3)), 10u);
  EXPECT_EQ(seeds.Of(Record(200)), 207u);
  EXPECT_EQ(seeds.Of(Record(4)), std::nullopt);
}

TEST_F(ShiftSeedsTest, WhatIsNoSeedIsRefusedWithItsRow) {
  EXPECT_THAT(
      std::string(Read("blindlink-shift-seeds-v1 flu run-1 1\n00000000000000000000000000000001,x\n")
                      .status()
                      .message()),
      HasSubstr("line 2"));
  EXPECT_THAT(std::string(Read("blindlink-shift-seeds-v1 flu run-1 1\n01,4\n").status().message()),
              HasSubstr("line 2"));
}

TEST_F(ShiftSeedsTest, AFileThatIsCutOffIsRefused) {
  std::string text = ShiftSeeds::Header("flu", "run-1", 2);
  ShiftSeeds::AppendRow({Record(1), 960}, &text);
  EXPECT_THAT(std::string(Read(text).status().message()), HasSubstr("cut off"));
  ShiftSeeds::AppendRow({Record(2), 961}, &text);
  EXPECT_TRUE(Read(text).ok());
  for (size_t bytes = 1; bytes < 4; ++bytes) {
    EXPECT_FALSE(Read(text.substr(0, text.size() - bytes)).ok()) << bytes;
  }
}

TEST_F(ShiftSeedsTest, AnotherFileIsRefused) {
  EXPECT_THAT(std::string(Read("record,pseudonym\n").status().message()),
              HasSubstr("is no file of shift seeds"));
}

TEST_F(ShiftSeedsTest, ARecordWithTwoSeedsIsRefused) {
  std::string text = ShiftSeeds::Header("flu", "run-1", 2);
  ShiftSeeds::AppendRow({Record(1), 1}, &text);
  ShiftSeeds::AppendRow({Record(1), 2}, &text);
  EXPECT_THAT(std::string(Read(text).status().message()), HasSubstr("two seeds"));
}

}  // namespace
}  // namespace blindlink::agent
