#include "resolver/service/watchdog.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "resolver/service/self_call.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;

// Runs a watchdog whose calls end with `statuses`, one after the other; what it told the health
// service, and whether it counted the listener as dead.
struct Outcome {
  std::vector<bool> healthy;
  int dead = 0;
};
Outcome RunWith(std::vector<absl::Status> statuses, int failures) {
  Outcome outcome;
  std::promise<void> all_made;
  size_t next = 0;
  {
    const Watchdog watchdog(
        {.interval = milliseconds(1),
         .failures = failures,
         .call = [&]() -> absl::Status {
           if (next == statuses.size()) all_made.set_value();
           return next++ < statuses.size() ? statuses[next - 1] : absl::OkStatus();
         },
         .set_healthy = [&](bool healthy) { outcome.healthy.push_back(healthy); },
         .dead = [&] { ++outcome.dead; }});
    all_made.get_future().wait();
  }
  return outcome;
}

const absl::Status kNoConnection = absl::UnavailableError("x");

TEST(Watchdog, SaysWhetherTheLastCallWasAnswered) {
  const Outcome outcome =
      RunWith({absl::OkStatus(), absl::ResourceExhaustedError("x"), absl::OkStatus()}, 1);
  EXPECT_EQ(outcome.healthy, (std::vector<bool>{false, true}));
  EXPECT_EQ(outcome.dead, 0);
}

TEST(Watchdog, CountsTheListenerAsDeadAfterSoManyFailedConnectionsInARow) {
  EXPECT_EQ(RunWith({kNoConnection, kNoConnection, absl::OkStatus(), kNoConnection}, 3).dead, 0);
  EXPECT_EQ(RunWith({kNoConnection, absl::DeadlineExceededError("x"), kNoConnection}, 3).dead, 1);
}

TEST(OwnAddress, IsThisMachineIfTheListenerHasNoAddressOfItsOwn) {
  EXPECT_EQ(OwnAddress("0.0.0.0:0", 81), "127.0.0.1:81");
  EXPECT_EQ(OwnAddress("[::]:7443", 7443), "127.0.0.1:7443");
  EXPECT_EQ(OwnAddress("10.0.0.7:7443", 7443), "10.0.0.7:7443");
  EXPECT_EQ(OwnAddress("[fe80::1]:7443", 7443), "[fe80::1]:7443");
}

}  // namespace
}  // namespace blindlink::resolver
