#include "researcher/fetch/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace blindlink::researcher {
namespace {

using std::chrono::milliseconds;

TEST(Retry, WaitsLongerEachTimeAndGivesUp) {
  std::vector<milliseconds> waits;
  Retry retry([&](milliseconds time) { waits.push_back(time); });
  while (retry.WaitAfter(absl::UnavailableError(""))) continue;
  EXPECT_THAT(waits,
              testing::ElementsAre(milliseconds(500), milliseconds(1000), milliseconds(2000)));
}

TEST(Retry, IsMorePatientOnceSomethingHasComeAndNeverWaitsLongerThanHalfAMinute) {
  std::vector<milliseconds> waits;
  Retry retry([&](milliseconds time) { waits.push_back(time); });
  EXPECT_TRUE(retry.WaitAfter(absl::UnavailableError("")));
  retry.Progressed();
  waits.clear();
  while (retry.WaitAfter(absl::UnavailableError(""))) continue;
  EXPECT_EQ(waits.size(), 9);
  EXPECT_EQ(waits.front(), milliseconds(500));
  EXPECT_EQ(waits.back(), milliseconds(30'000));
}

TEST(Retry, NothingButUnavailableIsTriedAgain) {
  Retry retry([](milliseconds) { FAIL() << "waited"; });
  EXPECT_FALSE(retry.WaitAfter(absl::PermissionDeniedError("")));
  EXPECT_FALSE(retry.WaitAfter(absl::OkStatus()));
}

}  // namespace
}  // namespace blindlink::researcher
