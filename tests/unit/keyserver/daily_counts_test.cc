#include "keyserver/quota/daily_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::keyserver {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const absl::Time kNoon = absl::FromCivil(absl::CivilHour(2026, 11, 30, 12), absl::UTCTimeZone());
const absl::Time kLate = kNoon + absl::Hours(11) + absl::Minutes(48);

class DailyCountsTest : public testing::Test {
 protected:
  absl::StatusOr<uint64_t> Take(uint64_t elements, absl::Time now = kNoon) {
    return counts_.Take("flu", "north", elements, /*limit=*/100, now);
  }
  std::filesystem::path File() const { return folder_ / "flu.north.count"; }

  TemporaryFolder folder_;
  DailyCounts counts_{folder_.path()};
};

TEST_F(DailyCountsTest, CountsUpToTheLimitAndThenRefusesInWords) {
  EXPECT_EQ(*Take(60), 60u);
  EXPECT_EQ(*Take(40), 100u);
  const absl::Status refused = Take(1, kLate).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("site north asks for 1 tokens more"), HasSubstr("100 of the 100"),
                    HasSubstr("begins in 0 h 12 min"), HasSubstr("elements_per_day")));
}

TEST_F(DailyCountsTest, WhatIsRefusedIsNotCounted) {
  EXPECT_FALSE(Take(101).ok());
  EXPECT_FALSE(Take(~uint64_t{0}).ok());
  EXPECT_EQ(*Take(100), 100u);
}

TEST_F(DailyCountsTest, BeginsAgainOnTheNextDayButNotWhenTheClockIsSetBack) {
  EXPECT_TRUE(Take(100).ok());
  EXPECT_EQ(*Take(70, kNoon + absl::Hours(24)), 70u);
  EXPECT_FALSE(Take(70).ok());
}

TEST_F(DailyCountsTest, SurvivesARestart) {
  EXPECT_TRUE(Take(90).ok());
  EXPECT_EQ(*ReadFile(File()), "2026-11-30 90\n");
  DailyCounts again(folder_.path());
  EXPECT_EQ(*again.CountOf("flu", "north", kNoon), 90u);
  EXPECT_FALSE(again.Take("flu", "north", 11, 100, kNoon).ok());
  EXPECT_EQ(*again.CountOf("flu", "north", kNoon + absl::Hours(24)), 0u);
}

TEST_F(DailyCountsTest, IsSeparateForEachSiteAndProject) {
  EXPECT_TRUE(Take(100).ok());
  EXPECT_TRUE(counts_.Take("flu", "south", 100, 100, kNoon).ok());
  EXPECT_TRUE(counts_.Take("asthma", "north", 100, 100, kNoon).ok());
}

TEST_F(DailyCountsTest, GivesNothingOutWhenACountCannotBeReadOrWritten) {
  for (const char* text : {"", "2026-11-30", "2026-11-30 x", "2026-11-30 -5", "2026-02-30 5",
                           "2026-11-30 99999999999999999999999", "2026-11-30 5 6"}) {
    EXPECT_FALSE(DailyCounts::Parse(text).ok()) << text;
    ASSERT_TRUE(WriteFileAtomically(File(), text).ok());
    EXPECT_EQ(Take(1).status().code(), absl::StatusCode::kInternal) << text;
  }
  DailyCounts nowhere(folder_ / "missing");
  EXPECT_EQ(nowhere.Take("flu", "north", 1, 100, kNoon).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace blindlink::keyserver
