#include "resolver/console/request_guard.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace blindlink::resolver {
namespace {

constexpr char kHost[] = "resolver.example:8443";
constexpr char kOrigin[] = "https://resolver.example:8443";

class RequestGuardTest : public testing::Test {
 protected:
  RequestGuardTest() : token_(guard_.TokenFor(mine_)) {}

  bool Passes(RequestGuard::Sent sent) const { return guard_.Check(mine_, sent).ok(); }

  const Sha256Digest mine_{1};
  const Sha256Digest other_{2};
  RequestGuard guard_;
  const std::string token_;
};

TEST_F(RequestGuardTest, LetsAFormOfTheConsolePass) {
  EXPECT_TRUE(Passes({token_, kOrigin, "same-origin", kHost}));
  EXPECT_TRUE(Passes({token_, "", "", kHost}));  // a program, or an old browser
}

TEST_F(RequestGuardTest, RefusesAMissingAndAWrongToken) {
  EXPECT_FALSE(Passes({"", kOrigin, "same-origin", kHost}));
  std::string wrong = token_;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  EXPECT_FALSE(Passes({wrong, kOrigin, "same-origin", kHost}));
  EXPECT_FALSE(Passes({token_.substr(1), kOrigin, "same-origin", kHost}));
}

TEST_F(RequestGuardTest, RefusesTheTokenOfAnotherCertificateAndOfAnotherProcess) {
  const std::string others = guard_.TokenFor(other_);
  EXPECT_FALSE(Passes({others, kOrigin, "same-origin", kHost}));
  const std::string earlier = RequestGuard().TokenFor(mine_);
  EXPECT_FALSE(Passes({earlier, kOrigin, "same-origin", kHost}));
}

TEST_F(RequestGuardTest, RefusesWhatTheBrowserSaysAnotherSiteSent) {
  EXPECT_FALSE(Passes({token_, "https://evil.example", "cross-site", kHost}));
  EXPECT_FALSE(Passes({token_, kOrigin, "same-site", kHost}));
  EXPECT_FALSE(Passes({token_, "null", "", kHost}));
  EXPECT_FALSE(Passes({token_, "http://resolver.example:8443", "", kHost}));
}

TEST_F(RequestGuardTest, AMarkIsForOneEntryOfOneCertificateInOneProcess) {
  const std::string mark = guard_.MarkFor(mine_, 7);
  EXPECT_TRUE(guard_.IsMarkFor(mine_, 7, mark));
  EXPECT_FALSE(guard_.IsMarkFor(mine_, 8, mark));
  EXPECT_FALSE(guard_.IsMarkFor(other_, 7, mark));
  EXPECT_FALSE(guard_.IsMarkFor(mine_, 7, ""));
  EXPECT_FALSE(guard_.IsMarkFor(mine_, 7, token_));
  EXPECT_FALSE(RequestGuard().IsMarkFor(mine_, 7, mark));
}

TEST_F(RequestGuardTest, SaysThatNothingWasDone) {
  const absl::Status refused = guard_.Check(mine_, {"", "", "", kHost});
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_NE(refused.message().find("nothing was done"), refused.message().npos);
}

}  // namespace
}  // namespace blindlink::resolver
