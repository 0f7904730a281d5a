#include "common/rpc/backoff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace blindlink {
namespace {

using std::chrono::milliseconds;

class BackoffTest : public testing::Test {
 protected:
  BackoffOptions Options() {
    BackoffOptions options{.first = milliseconds(500),
                           .longest = milliseconds(30'000),
                           .max_waits = 9,
                           .max_waits_before_progress = 3,
                           .sleep = nullptr};
    options.sleep = [this](milliseconds time) {
      waits_.push_back(time);
      return go_on_;
    };
    return options;
  }
  // Waits until the back-off gives up.
  void WaitForTheEnd(Backoff& backoff) {
    waits_.clear();
    while (backoff.Wait()) continue;
  }
  std::vector<milliseconds> waits_;
  bool go_on_ = true;
};

TEST_F(BackoffTest, EachWaitIsTwiceAsLongWithItsLastHalfRandom) {
  Backoff backoff(Options());
  WaitForTheEnd(backoff);
  ASSERT_EQ(waits_.size(), 3u);
  for (size_t i = 0; i < waits_.size(); ++i) {
    EXPECT_GE(waits_[i], milliseconds(250 << i));
    EXPECT_LE(waits_[i], milliseconds(500 << i));
  }
}

TEST_F(BackoffTest, ItIsMorePatientAfterProgressAndNeverWaitsLongerThanTheLongest) {
  Backoff backoff(Options());
  EXPECT_TRUE(backoff.Wait());
  backoff.Progressed();
  WaitForTheEnd(backoff);
  EXPECT_EQ(waits_.size(), 9u);
  EXPECT_LE(waits_.front(), milliseconds(500));
  EXPECT_GE(waits_.back(), milliseconds(15'000));
  EXPECT_LE(waits_.back(), milliseconds(30'000));
}

TEST_F(BackoffTest, AnInterruptionEndsTheWaiting) {
  Backoff backoff(Options());
  go_on_ = false;
  EXPECT_FALSE(backoff.Wait());
  EXPECT_EQ(waits_.size(), 1u);
}

}  // namespace
}  // namespace blindlink
