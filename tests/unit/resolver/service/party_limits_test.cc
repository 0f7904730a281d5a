#include "resolver/service/party_limits.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "common/rpc/status.h"
#include "resolver/service/log_throttle.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const PartyLimits::Clock::time_point kBegin = PartyLimits::Clock::now();

TEST(PartyLimits, AllowSoManyCallsOfAPartyAtATime) {
  PartyLimits limits({.calls = 2, .calls_per_second = 1000});
  std::vector<PartyLimits::CallSlot> under_way;
  for (int i = 0; i < 2; ++i) under_way.push_back(*limits.BeginCall("a", kBegin));
  EXPECT_TRUE(IsBusy(limits.BeginCall("a", kBegin).status()));
  EXPECT_TRUE(limits.BeginCall("b", kBegin).ok());
  under_way.pop_back();
  EXPECT_TRUE(limits.BeginCall("a", kBegin).ok());
}

TEST(PartyLimits, AllowSoManyCallsOfAPartyPerSecond) {
  PartyLimits limits({.calls = 1000, .calls_per_second = 10});
  const auto passed = [&](PartyLimits::Clock::time_point now) {
    int count = 0;
    while (limits.BeginCall("a", now).ok()) ++count;
    return count;
  };
  EXPECT_EQ(passed(kBegin), 20);
  EXPECT_EQ(passed(kBegin + milliseconds(500)), 5);
  EXPECT_EQ(passed(kBegin + seconds(60)), 20);
  EXPECT_TRUE(limits.BeginCall("b", kBegin + seconds(60)).ok());
}

TEST(PartyLimits, AllowSoManyConnectionsOfAPartyPerMinute) {
  PartyLimits limits({.connections_per_minute = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.TakeConnection("a", kBegin).ok());
  EXPECT_TRUE(IsBusy(limits.TakeConnection("a", kBegin)));
  EXPECT_TRUE(limits.TakeConnection("b", kBegin).ok());
  EXPECT_TRUE(limits.TakeConnection("a", kBegin + seconds(21)).ok());
}

TEST(LogThrottle, CountsWhatItLeavesOut) {
  LogThrottle throttle(1, 2);
  EXPECT_EQ(throttle.Take(kBegin), 0u);
  EXPECT_EQ(throttle.Take(kBegin), 0u);
  EXPECT_EQ(throttle.Take(kBegin), std::nullopt);
  EXPECT_EQ(throttle.Take(kBegin), std::nullopt);
  EXPECT_EQ(throttle.Take(kBegin + seconds(1)), 2u);
}

}  // namespace
}  // namespace blindlink::resolver
