#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/rpc/status.h"
#include "common/rpc/tls_policy.h"

namespace blindlink {
namespace {

TEST(TlsPolicy, OlderProtocolsAndTicketsAreOffInThisProcess) {
  const absl::Status status = RequireTls13Only();
  EXPECT_TRUE(status.ok()) << status;
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

}  // namespace
}  // namespace blindlink
