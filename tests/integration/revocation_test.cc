// Removing a client's line from allowed-clients.txt denies its next call, even on an open
// connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/integration/hostile_client.h"
#include "tests/integration/raw_client.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AnyOf;
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

TEST(Revocation, EndsASilentStreamWithinSeconds) {
  TestNetwork::Options options;
  options.more_configuration = "first_message_ms: 600000 max_calls_per_party: 1";
  TestNetwork network(options);
  HostileClient north(network, "site/north");
  north.OpenSilentStreams(1);
  RawClient beside(network, "site/north");
  ASSERT_TRUE(WaitUntil([&] { return absl::IsUnavailable(beside.ListUploads("flu")); }));
  const auto begin = std::chrono::steady_clock::now();
  network.certs().Revoke("site/north");
  const std::vector<absl::Status> ends = north.AwaitEnds();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_THAT(ends[0].code(),
              AnyOf(absl::StatusCode::kCancelled, absl::StatusCode::kUnauthenticated));
  EXPECT_TRUE(
      WaitUntil([&] { return absl::StrContains(network.ResolverLog(), "was removed from it"); }));
}

// --- the resolver's own certificate --------------------------------------------------------------

// The certificate that the listener shows to new connections.
std::string Shown(const TestNetwork& network) {
  const Finished client = blindlink::Run({"openssl", "s_client", "-connect", network.address(),
                                          "-servername", "resolver.blindlink", "-alpn", "h2"});
  const auto facts = ReadCertificate(client.out);
  return facts.ok() ? HexEncode(AsView(facts->fingerprint)) : "none";
}

std::string OnDisk(TestNetwork& network) {
  const auto facts = ReadCertificate(ReadFile(network.certs().Cert("resolver")).value_or(""));
  return facts.ok() ? HexEncode(AsView(facts->fingerprint)) : "none";
}

class Certificates : public testing::Test {
 protected:
  static TestNetwork::Options Options() {
    TestNetwork::Options options;
    options.more_configuration =
        "certificate_check_ms: 100 watchdog_interval_ms: 100 watchdog_failures: 3";
    return options;
  }
  bool LogSays(const std::string& text) {
    return WaitUntil([&] { return absl::StrContains(network_.ResolverLog(), text); });
  }
  TestNetwork network_{Options()};
};

TEST_F(Certificates, AreReloadedWithoutARestart) {
  network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
  RawClient before(network_, "site/north");
  ASSERT_TRUE(before.ListUploads("flu").ok());
  const std::string old = OnDisk(network_);
  EXPECT_EQ(Shown(network_), old);
  std::filesystem::remove(network_.certs().Cert("resolver"));
  // Half of the pair only: what was read before stays in use.
  EXPECT_TRUE(LogSays("event=certificates-not-reloaded"));
  EXPECT_EQ(Shown(network_), old);
  network_.certs().Add({}, 90);
  ASSERT_NE(OnDisk(network_), old);
  EXPECT_TRUE(LogSays("event=certificates-reloaded"));
  EXPECT_TRUE(WaitUntil([&] { return Shown(network_) == OnDisk(network_); }));
  EXPECT_TRUE(RawClient(network_, "site/south").ListUploads("flu").ok());
  EXPECT_TRUE(before.ListUploads("flu").ok());
  EXPECT_TRUE(network_.resolver().Running());
  EXPECT_EQ(network_.StopResolver(), 0);
}

TEST_F(Certificates, ThatEndSoonAreWarnedOf) {
  network_.certs().AddExpiring("site/north", std::chrono::hours(24 * 10 + 1));
  RawClient::WithCertificateUnchecked(network_, "site/north").ListUploads("flu").IgnoreError();
  EXPECT_TRUE(LogSays("event=client-certificate-expires-soon party=spiffe://blindlink/site/north"));
  EXPECT_TRUE(LogSays("days=10"));
  std::filesystem::remove(network_.certs().Cert("resolver"));
  network_.certs().Add({}, 20);
  EXPECT_TRUE(LogSays("event=certificates-reloaded"));
  EXPECT_TRUE(LogSays("resolver.pem\" days="));
}

}  // namespace
}  // namespace blindlink
