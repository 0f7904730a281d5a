#include "keyserver/service/caller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"
#include "tests/support/test_certs.h"

namespace blindlink::keyserver {
namespace {

class Caller : public testing::Test {
 protected:
  Caller() {
    project_.set_name("flu");
    Allow("north", "site/north");
  }

  std::string Pem(const std::string& party) { return ReadFile(certs_.Cert(party)).value(); }
  void Allow(const std::string& site, const std::string& party) {
    config::v1::KeyServerSite& added = *project_.add_sites();
    added.set_name(site);
    added.add_certificate_sha256(
        absl::AsciiStrToUpper(HexEncode(AsView(ReadCertificate(Pem(party))->fingerprint))));
  }
  absl::StatusCode Refusal(const std::string& pem, int64_t now = time(nullptr)) {
    return SiteOfCaller(project_, pem, now).status().code();
  }

  TestCerts certs_{{"site/north", "site/south", "coordinator/north"}};
  config::v1::KeyServerProject project_;
};

TEST_F(Caller, IsTheSiteOfItsCertificate) {
  const auto site = SiteOfCaller(project_, Pem("site/north"), time(nullptr));
  ASSERT_TRUE(site.ok()) << site.status();
  EXPECT_EQ((*site)->name(), "north");
}

TEST_F(Caller, IsRefusedIfItsCertificateIsNotListed) {
  EXPECT_EQ(Refusal(Pem("site/south")), absl::StatusCode::kPermissionDenied);
  // A new certificate of a listed site is another one.
  project_.mutable_sites(0)->set_certificate_sha256(0, std::string(64, '0'));
  EXPECT_EQ(Refusal(Pem("site/north")), absl::StatusCode::kPermissionDenied);
}

TEST_F(Caller, IsRefusedIfItsCertificateIsListedButNamesAnotherParty) {
  Allow("south", "coordinator/north");
  Allow("east", "site/south");
  EXPECT_EQ(Refusal(Pem("coordinator/north")), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Refusal(Pem("site/south")), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Refusal(Pem("resolver")), absl::StatusCode::kPermissionDenied);
}

TEST_F(Caller, IsRefusedWithoutAValidCertificate) {
  EXPECT_EQ(Refusal(""), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Refusal(Pem("site/north"), time(nullptr) + 90 * 86400),
            absl::StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace blindlink::keyserver
