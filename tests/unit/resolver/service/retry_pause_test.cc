#include "resolver/service/retry_pause.h"

#include <gtest/gtest.h>

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'700'000'000;

TEST(RetryPause, IsTwiceAsLongEachTimeUpToTenMinutes) {
  RetryPause pause;
  EXPECT_TRUE(pause.IsOver(kNow));
  for (const int64_t length : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600}) {
    EXPECT_EQ(pause.Begin(kNow), length);
    EXPECT_FALSE(pause.IsOver(kNow + length - 1));
    EXPECT_TRUE(pause.IsOver(kNow + length));
  }
}

// Tried every second, something that fails for a day is tried some 150 times.
TEST(RetryPause, KeepsWhatFailsForADayFromFillingTheLog) {
  RetryPause pause;
  int attempts = 0;
  for (int64_t second = 0; second < 86400; ++second) {
    if (!pause.IsOver(kNow + second)) continue;
    pause.Begin(kNow + second);
    ++attempts;
  }
  EXPECT_LT(attempts, 160);
}

}  // namespace
}  // namespace blindlink::resolver
