#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/rpc/exit_code.h"
#include "common/rpc/spiffe.h"
#include "common/rpc/status.h"
#include "common/rpc/tls_policy.h"

namespace blindlink {
namespace {

TEST(TlsPolicy, OlderProtocolsAndTicketsAreOffInThisProcess) {
  const absl::Status status = RequireTls13Only();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Spiffe, APartyGoesThereAndBack) {
  for (const Role role : {Role::kSite, Role::kCoordinator, Role::kResearcher, Role::kResolver}) {
    const Party party{role, "general-hospital-2"};
    const auto read = ParseSpiffeUri(SpiffeUriOf(party));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, party);
  }
}

TEST(Spiffe, NothingButTheExactFormIsRead) {
  for (const char* uri :
       {"", "spiffe://blindlink/site", "spiffe://blindlink/site/", "spiffe://blindlink/admin/a",
        "spiffe://other/site/a", "SPIFFE://blindlink/site/a", "spiffe://blindlink/site/a/b",
        "spiffe://blindlink/site/A", "spiffe://blindlink/site/a?b", "spiffe://blindlink//a",
        "spiffe://blindlink/site/a "}) {
    EXPECT_EQ(ParseSpiffeUri(uri).status().code(), absl::StatusCode::kInvalidArgument) << uri;
  }
}

TEST(RpcStatus, CodesGoThereAndBack) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    EXPECT_EQ(FromGrpc(ToGrpc(status)).code(), status.code());
  }
  EXPECT_TRUE(FromGrpc(ToGrpc(absl::OkStatus())).ok());
}

TEST(RpcStatus, UnavailableIsExplainedInWords) {
  const absl::Status status = FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x"));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("certificate"));
}

TEST(ExitCode, TellsBadInputRefusalAndAbsenceApart) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), 4);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), 5);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), 6);
}

}  // namespace
}  // namespace blindlink
