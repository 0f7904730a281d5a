// Removing a client's line from allowed-clients.txt denies its next call, even on an open
// connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "tests/integration/raw_client.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

TEST(Revocation, ALineTakenOutRefusesTheNextCallOnAnOpenConnection) {
  TestNetwork network;
  network.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
  RawClient north(network, "site/north");
  RawClient south(network, "site/south");
  ASSERT_TRUE(north.ListUploads("flu").ok());
  ASSERT_TRUE(south.ListUploads("flu").ok());

  const std::string list = ReadFile(network.certs().AllowedClients()).value();
  network.certs().Revoke("site/north");
  const absl::Status refused = north.ListUploads("flu");
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("was removed from it"));
  EXPECT_TRUE(south.ListUploads("flu").ok());

  // A new connection, made by the program, ends in the TLS handshake: TLS cannot say why.
  const Finished agent = network.Agent("site/north", {"status", "--project", "flu"});
  EXPECT_EQ(agent.code, 5);
  EXPECT_THAT(agent.err, HasSubstr("not in its list of clients"));

  ASSERT_TRUE(WriteFileAtomically(network.certs().AllowedClients(), list).ok());
  EXPECT_TRUE(north.ListUploads("flu").ok());
}

TEST(Revocation, AListThatCannotBeReadLetsNobodyIn) {
  TestNetwork network;
  network.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
  RawClient north(network, "site/north");
  ASSERT_TRUE(north.ListUploads("flu").ok());
  const std::string list = ReadFile(network.certs().AllowedClients()).value();
  ASSERT_TRUE(WriteFileAtomically(network.certs().AllowedClients(), list + "nonsense\n").ok());
  EXPECT_EQ(north.ListUploads("flu").code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(network.ResolverLog(), HasSubstr("event=client-list-rejected"));
}

}  // namespace
}  // namespace blindlink
