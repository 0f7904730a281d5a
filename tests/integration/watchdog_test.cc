// A resolver that nobody can reach any more ends, so that whoever runs it starts it again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/cli/exit_code.h"
#include "tests/integration/hostile_client.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

TEST(Watchdog, EndsAResolverThatHasRunOutOfFileDescriptors) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer checks pointers by file descriptors of its own";
  TestNetwork::Options options;
  options.more_configuration =
      "watchdog_interval_ms: 100 watchdog_timeout_ms: 500 watchdog_failures: 3";
  TestNetwork network(options);
  ASSERT_TRUE(HostileClient(network, "site/north").Health().value_or(false));
  EXPECT_EQ(
      blindlink::Run({"prlimit", "--pid", absl::StrCat(network.resolver().pid()), "--nofile=64:64"})
          .code,
      0);
  std::vector<int> sockets;
  for (int i = 0; i < 100; ++i) sockets.push_back(ConnectPlainly(network.address()));
  EXPECT_EQ(network.resolver().Wait(std::chrono::seconds(30)), kExitDeaf);
  for (const int fd : sockets) close(fd);
  // On a busy machine the time of a call ends before it has failed, so its code is either.
  EXPECT_THAT(network.ResolverLog(), HasSubstr("event=self-call-failed code="));
  EXPECT_THAT(network.ResolverLog(), HasSubstr("Too many open files"));
  EXPECT_THAT(network.ResolverLog(), HasSubstr("event=listener-dead exit_code=7"));
  // The next one serves.
  network.KillResolver();
  network.StartResolver();
  EXPECT_TRUE(HostileClient(network, "site/north").Health().value_or(false));
  EXPECT_EQ(network.StopResolver(), kExitOk);
}

TEST(Watchdog, LeavesABusyResolverAlone) {
  TestNetwork::Options options;
  options.more_configuration =
      "watchdog_interval_ms: 20 watchdog_timeout_ms: 5000 watchdog_failures: 2 "
      "first_message_ms: 500";
  TestNetwork network(options);
  for (int i = 0; i < 3; ++i) {
    HostileClient north(network, "site/north");
    north.OpenSilentStreams(40);
    north.AwaitEnds();
  }
  EXPECT_TRUE(network.resolver().Running());
  EXPECT_EQ(network.StopResolver(), kExitOk);
}

TEST(Watchdog, HasItsTimeoutForItselfNotForTheTestAtTheStart) {
  TestNetwork::Options options;
  options.more_configuration = "watchdog_interval_ms: 600000 watchdog_timeout_ms: 1";
  TestNetwork network(options);
  EXPECT_EQ(network.StopResolver(), kExitOk);
}

}  // namespace
}  // namespace blindlink
