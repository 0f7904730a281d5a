// The resolver's log says who asked for what, before it happens, and whom TLS turned away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/integration/hostile_client.h"
#include "tests/integration/raw_client.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::filesystem::path Plan() { return ShippedPlan("mini-sentinel-phase2"); }

std::string FingerprintOf(TestNetwork& network, const std::string& party) {
  const std::string pem = ReadFile(network.certs().Cert(party)).value();
  return HexEncode(AsView(ReadCertificate(pem).value().fingerprint));
}

// The lines of the log that contain `text`, in their order.
std::vector<std::string> LinesWith(const TestNetwork& network, const std::string& text) {
  std::vector<std::string> found;
  for (const absl::string_view line : absl::StrSplit(network.ResolverLog(), '\n')) {
    if (absl::StrContains(line, text)) found.emplace_back(line);
  }
  return found;
}

TEST(AuditTrail, NamesPartyFingerprintMethodAndSubjectBeforeTheEffectAndAfterIt) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  RawClient north(network, "site/north");
  EXPECT_FALSE(north.Discard("flu", "d7", "").ok());
  const std::vector<std::string> lines = LinesWith(network, "Upload/DiscardUpload");
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines) {
    EXPECT_THAT(line, HasSubstr(absl::StrCat("party=spiffe://blindlink/site/north fingerprint=",
                                             FingerprintOf(network, "site/north"), " peer=ipv4:")));
    EXPECT_THAT(line, HasSubstr("project=flu dataset=d7"));
  }
  EXPECT_THAT(lines[0], HasSubstr("event=call-begun call="));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("event=call-answered call="), HasSubstr("code=NOT_FOUND")));
}

TEST(AuditTrail, NamesAForbiddenCallsPartyAndSubjectToo) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  EXPECT_EQ(blindlink::Run(network.Command("blindlink-resolver", "site/north",
                                           {"linkage", "start", "--project", "flu"}))
                .code,
            4);
  const std::vector<std::string> lines = LinesWith(network, "Linkage/StartLinkage");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0],
              AllOf(HasSubstr(" warning "), HasSubstr("code=PERMISSION_DENIED"),
                    HasSubstr(FingerprintOf(network, "site/north")),
                    HasSubstr("party=spiffe://blindlink/site/north"), HasSubstr("project=flu")));
}

TEST(AuditTrail, NamesTheDatasetOfAStreamAndTheRunOfAFetch) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  network.Upload("flu", "north",
                 network.Write("people.csv",
                               "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
                               "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n"));
  network.Link("flu");
  network.FetchedLines("entities", "flu");
  EXPECT_THAT(LinesWith(network, "event=call-begun call=").size(), testing::Gt(4u));
  EXPECT_THAT(LinesWith(network, "Upload/UploadBlocks").at(0),
              AllOf(HasSubstr("event=call-begun"), HasSubstr("project=flu dataset=d1")));
  EXPECT_THAT(LinesWith(network, "Result/GetEntityMap").at(0),
              AllOf(HasSubstr("event=call-begun"), HasSubstr("project=flu run=run-000001"),
                    HasSubstr("party=spiffe://blindlink/researcher/study")));
}

// The largest size of its files that a process may write stands for a full disk.
class FullLog : public testing::Test {
 protected:
  FullLog() {
    network_.StopResolver();
    network_.Configure(network_.data(),
                       absl::StrCat("watchdog_interval_ms: 50 log_file: \"", log_.string(), "\""));
    network_.StartResolver();
    network_.CreateProject("flu", Plan());
  }
  void LimitFileSize(const std::string& size) {
    EXPECT_EQ(blindlink::Run({"prlimit", "--pid", absl::StrCat(network_.resolver().pid()),
                              absl::StrCat("--fsize=", size, ":")})
                  .code,
              0);
  }
  TestNetwork network_;
  const std::filesystem::path log_ = network_ / "resolver.log";
};

TEST_F(FullLog, MeansThatNoCallIsTakenUntilThereIsRoom) {
  RawClient north(network_, "site/north");
  HostileClient south(network_, "site/south");
  ASSERT_TRUE(north.ListUploads("flu").ok());
  LimitFileSize(absl::StrCat(std::filesystem::file_size(log_) + 20));
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = north.ListUploads("flu");
    EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("cannot write its log, and therefore takes no calls"));
  }
  EXPECT_TRUE(WaitUntil([&] { return !south.Health().value_or(true); }));
  const std::string cut_off = ReadFile(log_).value();
  LimitFileSize("unlimited");
  EXPECT_TRUE(WaitUntil([&] { return south.Health().value_or(false); }));
  EXPECT_TRUE(north.ListUploads("flu").ok());
  // The line that was cut off does not spoil the next one.
  EXPECT_EQ(ReadFile(log_).value().substr(0, cut_off.size() + 1), cut_off + "\n");
  EXPECT_EQ(network_.StopResolver(), 0);
}

TEST(AuditTrail, APathOfTheResolverStaysInItsLog) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  const std::filesystem::path uploads = network.ProjectFolder("flu") / "uploads";
  std::filesystem::remove_all(uploads);
  ASSERT_TRUE(WriteFileAtomically(uploads, "no folder").ok());
  const Finished agent = network.Agent(
      "site/north",
      network.RunArguments("flu", "north",
                           network.Write("people.csv",
                                         "record_id,first_name,last_name,street_address,zip\n"
                                         "1,Anna,Miller,12 Oak Street,02139\n")));
  EXPECT_NE(agent.code, 0);
  EXPECT_THAT(agent.err,
              AllOf(HasSubstr("the resolver's disk"), Not(HasSubstr(network.data().string()))));
  EXPECT_THAT(network.ResolverLog(), HasSubstr(uploads.string()));
}

// --- TLS -----------------------------------------------------------------------------------------

TEST(RefusedHandshakes, AreLinesWithPeerAndReason) {
  TestNetwork network;
  network.certs().AddExpired("site/late");
  EXPECT_FALSE(RawClient::WithoutCertificate(network).ListUploads("flu").ok());
  EXPECT_FALSE(RawClient::WithCertificateUnchecked(network, "site/late").ListUploads("flu").ok());
  for (const char* reason : {"peer did not return a certificate", "certificate verify failed"}) {
    const std::vector<std::string> lines = LinesWith(network, reason);
    ASSERT_FALSE(lines.empty()) << reason << "\n" << network.ResolverLog();
    EXPECT_THAT(lines[0], AllOf(HasSubstr("event=tls-handshake-refused peer=ipv4:127.0.0.1:"),
                                HasSubstr(" refused=")));
  }
}

TEST(RefusedHandshakes, OfAKnownCertificateNameItsParty) {
  TestNetwork network;
  const std::string fingerprint = FingerprintOf(network, "site/north");
  network.certs().Revoke("site/north");
  EXPECT_FALSE(HostileClient(network, "site/north").Health().ok());
  const std::vector<std::string> lines = LinesWith(network, "event=tls-handshake-refused");
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines[0], AllOf(HasSubstr("peer=ipv4:127.0.0.1:"),
                              HasSubstr("party=spiffe://blindlink/site/north"),
                              HasSubstr(fingerprint), HasSubstr("was removed from it")));
}

TEST(RefusedHandshakes, OfTheResolversOwnTestAreNotInTheLog) {
  TestNetwork network;
  ASSERT_TRUE(WaitUntil([&] { return !LinesWith(network, "event=server-started").empty(); }));
  EXPECT_THAT(network.ResolverLog(), AllOf(Not(HasSubstr("andshake")), Not(HasSubstr("rror"))));
}

TEST(RefusedHandshakes, OfManyAtOnceAreCountedAndOthersAreServed) {
  TestNetwork network;
  network.certs().Revoke("site/north");
  std::vector<std::thread> strangers;
  for (int i = 0; i < 4; ++i) {
    strangers.emplace_back([&] {
      for (int call = 0; call < 120; ++call) {
        EXPECT_FALSE(HostileClient(network, "site/north").Health().ok());
      }
    });
  }
  for (std::thread& stranger : strangers) stranger.join();
  const std::vector<std::string> lines = LinesWith(network, "event=tls-handshake-refused");
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines.back(), HasSubstr(" refused="));
  EXPECT_TRUE(HostileClient(network, "site/south").Health().value_or(false));
}

TEST(AnOpenConnection, EndsWithTheCertificateThatOpenedIt) {
  TestNetwork network;
  network.CreateProject("flu", Plan());
  network.certs().AddExpiring("site/north", std::chrono::seconds(4));
  RawClient north = RawClient::WithCertificateUnchecked(network, "site/north");
  ASSERT_TRUE(north.ListUploads("flu").ok());
  absl::Status refused;
  ASSERT_TRUE(WaitUntil([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    refused = north.ListUploads("flu");
    return !refused.ok();
  }));
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("has expired since the connection began"));
}

}  // namespace
}  // namespace blindlink
