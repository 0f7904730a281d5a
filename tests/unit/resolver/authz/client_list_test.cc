#include "resolver/authz/client_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_certs.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;

class ClientListTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    certs_ = new TestCerts({"site/general", "site/other", "researcher/study"});
  }
  static void TearDownTestSuite() {
    delete certs_;
    certs_ = nullptr;
  }

  static std::string Pem(const std::string& party) { return ReadFile(certs_->Cert(party)).value(); }
  static std::string FingerprintOf(const std::string& pem) {
    return HexEncode(AsView(ReadCertificate(pem).value().fingerprint));
  }
  static std::string LineOf(const std::string& party) {
    return absl::StrCat(FingerprintOf(Pem(party)), " spiffe://blindlink/", party, "\n");
  }

  void SetFile(const std::string& text) { ASSERT_TRUE(WriteFileAtomically(file_, text).ok()); }
  std::unique_ptr<ClientList> OpenWith(const std::string& text) {
    SetFile(text);
    auto list = ClientList::Open(file_);
    EXPECT_TRUE(list.ok()) << list.status();
    return *std::move(list);
  }
  std::string MistakeIn(const std::string& text) {
    SetFile(text);
    const auto list = ClientList::Open(file_);
    EXPECT_EQ(list.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(list.status().message());
  }

  static absl::StatusOr<Party> Identify(ClientList& list, const std::string& pem) {
    const absl::StatusOr<Identity> identity = ReadIdentity(pem);
    if (!identity.ok()) return identity.status();
    const absl::Status listed = list.CheckListed(*identity);
    if (!listed.ok()) return listed;
    return identity->party;
  }

  static TestCerts* certs_;
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "allowed-clients.txt";
};

TestCerts* ClientListTest::certs_ = nullptr;

TEST_F(ClientListTest, AListedCertificateSaysWhoHoldsIt) {
  const auto list = OpenWith(absl::StrCat("# our sites\n\n", LineOf("site/general")));
  EXPECT_EQ(list->size(), 1u);
  const auto party = Identify(*list, Pem("site/general"));
  ASSERT_TRUE(party.ok()) << party.status();
  EXPECT_EQ(*party, (Party{Role::kSite, "general"}));
}

TEST_F(ClientListTest, FingerprintsMayBeInUpperCaseAndLinesEndInCrLf) {
  const auto list =
      OpenWith(absl::StrCat("  ", absl::AsciiStrToUpper(FingerprintOf(Pem("site/general"))),
                            "\tspiffe://blindlink/site/general \r\n"));
  EXPECT_TRUE(Identify(*list, Pem("site/general")).ok());
}

TEST_F(ClientListTest, AnUnlistedCertificateIsUnauthenticated) {
  const auto list = OpenWith(LineOf("site/general"));
  EXPECT_EQ(Identify(*list, Pem("site/other")).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(ClientListTest, TheLinesUriMustBeTheCertificates) {
  const auto list = OpenWith(
      absl::StrCat(FingerprintOf(Pem("site/general")), " spiffe://blindlink/coordinator/center\n"));
  EXPECT_EQ(Identify(*list, Pem("site/general")).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(ClientListTest, AMistakeIsNamedWithItsLine) {
  const std::string good = LineOf("site/general");
  const std::string fingerprint = FingerprintOf(Pem("site/other"));
  for (const std::string& wrong :
       {std::string("nonsense"), fingerprint, fingerprint.substr(2) + " spiffe://blindlink/site/a",
        fingerprint + " spiffe://blindlink/site/A", fingerprint + " spiffe://elsewhere/site/a",
        fingerprint + " spiffe://blindlink/site/a more",
        "x" + fingerprint.substr(1) + " spiffe://blindlink/site/a"}) {
    EXPECT_THAT(MistakeIn(absl::StrCat("# comment\n", good, wrong, "\n")),
                HasSubstr("allowed-clients.txt:3:"))
        << wrong;
  }
}

TEST_F(ClientListTest, AFileThatEveryUserMayWriteIsRefusedWithWhatToDo) {
  const auto list = OpenWith(LineOf("site/general"));
  std::filesystem::permissions(file_, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  const absl::Status opened = ClientList::Open(file_).status();
  EXPECT_EQ(opened.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(opened.message()), HasSubstr("chmod o-w"));
  EXPECT_FALSE(Identify(*list, Pem("site/general")).ok());
}

TEST_F(ClientListTest, ACertificateExpiresWhileItsConnectionIsOpen) {
  const Identity identity = ReadIdentity(Pem("site/general")).value();
  EXPECT_TRUE(CheckNotExpired(identity, identity.not_after).ok());
  const absl::Status expired = CheckNotExpired(identity, identity.not_after + 1);
  EXPECT_EQ(expired.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(expired.message()), HasSubstr("has expired"));
}

TEST_F(ClientListTest, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(ClientList::Open(folder_ / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ClientListTest, ALineTakenOutRevokesAtOnceAndPutBackAdmitsAgain) {
  const std::string both = LineOf("site/general") + LineOf("site/other");
  const auto list = OpenWith(both);
  ASSERT_TRUE(Identify(*list, Pem("site/general")).ok());
  SetFile(LineOf("site/other"));
  EXPECT_EQ(Identify(*list, Pem("site/general")).status().code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_TRUE(Identify(*list, Pem("site/other")).ok());
  SetFile(both);
  EXPECT_TRUE(Identify(*list, Pem("site/general")).ok());
}

TEST_F(ClientListTest, AFileThatHasBecomeUnusableLetsNobodyIn) {
  const auto list = OpenWith(LineOf("site/general"));
  ASSERT_TRUE(Identify(*list, Pem("site/general")).ok());
  SetFile(LineOf("site/general") + "nonsense\n");
  EXPECT_EQ(Identify(*list, Pem("site/general")).status().code(),
            absl::StatusCode::kUnauthenticated);
  std::filesystem::remove(file_);
  EXPECT_EQ(Identify(*list, Pem("site/general")).status().code(),
            absl::StatusCode::kUnauthenticated);
  SetFile(LineOf("site/general"));
  EXPECT_TRUE(Identify(*list, Pem("site/general")).ok());
}

// A client with two names could choose between them.
TEST_F(ClientListTest, ACertificateWithTwoUrisOrNoneIsRefusedThoughListed) {
  for (const std::string& names :
       {std::string("URI:spiffe://blindlink/site/general,URI:spiffe://blindlink/coordinator/a"),
        std::string("DNS:general.example")}) {
    const std::string file = folder_ / "self.pem";
    const Finished made = blindlink::Run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                          "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                                          folder_ / "self.key", "-out", file, "-subj",
                                          "/CN=general", "-addext", "subjectAltName=" + names});
    ASSERT_EQ(made.code, 0) << made.err;
    const std::string pem = ReadFile(file).value();
    const auto list =
        OpenWith(absl::StrCat(FingerprintOf(pem), " spiffe://blindlink/site/general\n"));
    const auto party = Identify(*list, pem);
    EXPECT_EQ(party.status().code(), absl::StatusCode::kUnauthenticated) << names;
    EXPECT_THAT(std::string(party.status().message()), HasSubstr("exactly one URI"));
  }
}

TEST_F(ClientListTest, WhatIsNoCertificateIsUnauthenticated) {
  const auto list = OpenWith(LineOf("site/general"));
  EXPECT_EQ(Identify(*list, "").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Identify(*list, "-----BEGIN CERTIFICATE-----\nAAAA\n").status().code(),
            absl::StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace blindlink::resolver
