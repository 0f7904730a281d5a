// A peer that accepts connections and says nothing, such as a firewall or another service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/cli/exit_code.h"
#include "tests/support/silent_listener.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

// All at once: each waits some seconds for the connection, and ends while gRPC still has threads
// that dial.
TEST(ASilentPeer, EndsEveryOfTwoHundredClientsWithTheExitCodeForUnavailable) {
  constexpr int kClients = 200;
  TestNetwork network;
  SilentListener silent;
  std::vector<std::unique_ptr<Subprocess>> clients;
  for (int i = 0; i < kClients; ++i) {
    std::vector<std::string> argv =
        network.Command("blindlink-agent", "site/north", {"status", "--project", "flu"});
    for (std::string& argument : argv) {
      if (argument == network.address()) argument = silent.address();
    }
    clients.push_back(std::make_unique<Subprocess>(std::move(argv)));
  }
  for (const auto& client : clients) {
    EXPECT_EQ(client->Wait(), kExitUnavailable) << client->Stderr();
    EXPECT_THAT(client->Stderr(), HasSubstr("cannot reach the resolver"));
  }
}

}  // namespace
}  // namespace blindlink
