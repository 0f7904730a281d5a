// Connections that TLS or the list of clients refuses are entries of the audit log, and many of a
// kind are few entries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/integration/hostile_client.h"
#include "tests/integration/raw_client.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

class RefusedConnections : public testing::Test {
 protected:
  // The fields of such entries: index, time, kind, party, fingerprint, method, objects, code,
  // begun, count, reason.
  std::vector<std::vector<std::string>> Entries(const std::string& text) {
    const Finished exported = blindlink::Run({ProgramPath("blindlink-resolver"), "audit", "export",
                                              "--format", "csv", "--data", network_.data()});
    std::vector<std::vector<std::string>> entries;
    for (const absl::string_view line : absl::StrSplit(exported.out, '\n')) {
      if (absl::StrContains(line, ",HANDSHAKES_REFUSED,") && absl::StrContains(line, text)) {
        entries.push_back(absl::StrSplit(line, ','));
      }
    }
    return entries;
  }
  bool IsEntered(const std::string& text) {
    return WaitUntil([&] { return !Entries(text).empty(); });
  }
  // What openssl s_client says when it connects as `party`.
  Finished OpenSsl(const std::string& party, std::vector<std::string> more) {
    std::vector<std::string> argv = {"openssl",  "s_client",
                                     "-connect", network_.address(),
                                     "-alpn",    "h2",
                                     "-CAfile",  network_.certs().Ca(),
                                     "-cert",    network_.certs().Cert(party),
                                     "-key",     network_.certs().Key(party)};
    argv.insert(argv.end(), more.begin(), more.end());
    return blindlink::Run(argv);
  }
  std::string FingerprintOf(const std::string& party) {
    const std::string pem = ReadFile(network_.certs().Cert(party)).value();
    return HexEncode(AsView(ReadCertificate(pem).value().fingerprint));
  }

  TestNetwork network_;
};

TEST_F(RefusedConnections, WithoutACertificateOrWithAnExpiredOneAreEntries) {
  network_.certs().AddExpired("site/late");
  EXPECT_FALSE(RawClient::WithoutCertificate(network_).ListUploads("flu").ok());
  EXPECT_TRUE(IsEntered("peer did not return a certificate"));
  EXPECT_FALSE(RawClient::WithCertificateUnchecked(network_, "site/late").ListUploads("flu").ok());
  EXPECT_TRUE(IsEntered("certificate verify failed"));
}

TEST_F(RefusedConnections, OfAnotherAuthoritysCertificateAreEntries) {
  const TestCerts others({"site/north"});
  const std::vector<std::string> theirs = {"-cert", others.Cert("site/north"), "-key",
                                           others.Key("site/north")};
  OpenSsl("site/north", theirs);
  EXPECT_TRUE(IsEntered("certificate verify failed"));
}

TEST_F(RefusedConnections, OfARevokedCertificateNameItsPartyAndFingerprint) {
  const std::string fingerprint = FingerprintOf("site/north");
  network_.certs().Revoke("site/north");
  EXPECT_FALSE(HostileClient(network_, "site/north").Health().ok());
  ASSERT_TRUE(IsEntered("was removed from it"));
  const std::vector<std::string> entry = Entries("was removed from it")[0];
  EXPECT_EQ(entry[3], "spiffe://blindlink/site/north");
  EXPECT_EQ(entry[4], fingerprint);
}

TEST_F(RefusedConnections, OfACertificateThatIsListedUnderAnotherNameAreEntries) {
  const std::string list = ReadFile(network_.certs().AllowedClients()).value();
  ASSERT_TRUE(WriteFileAtomically(
                  network_.certs().AllowedClients(),
                  absl::StrReplaceAll(list, {{"blindlink/site/north", "blindlink/site/elsewhere"}}))
                  .ok());
  EXPECT_FALSE(HostileClient(network_, "site/north").Health().ok());
  EXPECT_TRUE(IsEntered("spiffe://blindlink/site/north"));
}

// Our programs look at the name only after TLS; others tell the resolver that they go.
TEST_F(RefusedConnections, ThatAClientEndsBecauseTheHostIsAnotherAreEntries) {
  OpenSsl("site/north", {"-verify_return_error", "-verify_hostname", "elsewhere.example"});
  EXPECT_TRUE(IsEntered("alert"));
}

TEST_F(RefusedConnections, OfManyStrangersAreCountedInFewEntriesAndNoneIsLost) {
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  std::vector<std::thread> strangers;
  for (int i = 0; i < kThreads; ++i) {
    strangers.emplace_back([&] {
      for (int call = 0; call < kEach; ++call) {
        EXPECT_FALSE(RawClient::WithoutCertificate(network_).ListUploads("flu").ok());
      }
    });
  }
  for (std::thread& stranger : strangers) stranger.join();
  EXPECT_TRUE(HostileClient(network_, "site/south").Health().value_or(false));
  // Stopping enters what is counted.
  EXPECT_EQ(network_.StopResolver(), 0);
  const auto entries = Entries("peer did not return a certificate");
  ASSERT_FALSE(entries.empty());
  EXPECT_THAT(entries.size(), Le(4u));
  int counted = 0;
  for (const std::vector<std::string>& entry : entries) {
    int count = 0;
    ASSERT_TRUE(absl::SimpleAtoi(entry[9], &count));
    counted += count;
  }
  EXPECT_GE(counted, kThreads * kEach);
}

}  // namespace
}  // namespace blindlink
