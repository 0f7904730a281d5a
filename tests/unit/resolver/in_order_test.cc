#include "resolver/extsort/in_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace blindlink::resolver {
namespace {

TEST(WorkInOrderTest, ResultsAreTakenInOrderWhicheverIsReadyFirst) {
  for (const size_t threads : {1, 2, 5}) {
    std::vector<size_t> taken;
    const auto work = [](size_t number) -> absl::StatusOr<size_t> {
      if (number % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return number;
    };
    const auto take = [&](size_t number) {
      taken.push_back(number);
      return absl::OkStatus();
    };
    ASSERT_TRUE(WorkInOrder(threads, 40, work, take).ok());
    std::vector<size_t> expected(40);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(taken, expected) << threads << " threads";
  }
}

TEST(WorkInOrderTest, NoMoreThreadsWorkThanItMayUse) {
  constexpr int kThreads = 3;
  std::atomic<int> working = 0;
  std::atomic<int> most = 0;
  const auto work = [&](size_t) -> absl::StatusOr<int> {
    const int now = ++working;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --working;
    return 0;
  };
  ASSERT_TRUE(WorkInOrder(kThreads, 50, work, [](int) { return absl::OkStatus(); }).ok());
  EXPECT_LE(most, kThreads);
}

TEST(WorkInOrderTest, TheFirstErrorInOrderEndsIt) {
  std::atomic<size_t> begun = 0;
  const auto work = [&](size_t number) -> absl::StatusOr<size_t> {
    ++begun;
    if (number == 6) return absl::DataLossError("later, but sooner ready");
    if (number != 5) return number;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return absl::NotFoundError("first");
  };
  size_t taken = 0;
  const absl::Status status = WorkInOrder(2, 1000, work, [&](size_t) {
    ++taken;
    return absl::OkStatus();
  });
  EXPECT_EQ(status.message(), "first");
  EXPECT_EQ(taken, 5u);
  EXPECT_LE(begun, 7u);
}

TEST(WorkInOrderTest, AnErrorOfTheTakerEndsItToo) {
  const auto work = [](size_t number) -> absl::StatusOr<size_t> { return number; };
  const absl::Status status = WorkInOrder(2, 1000, work, [](size_t number) {
    return number == 3 ? absl::CancelledError("enough") : absl::OkStatus();
  });
  EXPECT_EQ(status.message(), "enough");
}

TEST(WorkInOrderTest, WithoutPiecesNothingIsTaken) {
  const auto work = [](size_t number) -> absl::StatusOr<size_t> { return number; };
  const auto take = [](size_t) { return absl::InternalError("there is none"); };
  EXPECT_TRUE(WorkInOrder(2, 0, work, take).ok());
}

}  // namespace
}  // namespace blindlink::resolver
