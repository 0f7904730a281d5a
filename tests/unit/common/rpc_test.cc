#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/rpc/client.h"
#include "common/rpc/status.h"
#include "common/rpc/tls_policy.h"
#include "common/rpc/unary_call.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "tests/support/test_certs.h"

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

TEST(RpcStatus, ABusyPeerIsUnavailableWithItsOwnWords) {
  const grpc::Status busy = ToGrpc(BusyError("too many calls"));
  EXPECT_EQ(busy.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const grpc::Status no_threads(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                "Server Threadpool Exhausted");
  for (const grpc::Status& status : {busy, no_threads}) {
    EXPECT_EQ(FromGrpc(status).code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(FromGrpc(status).message()),
                testing::HasSubstr("the resolver is busy, try again later"));
  }
  EXPECT_EQ(FromGrpc(ToGrpc(absl::ResourceExhaustedError("disk full"))).code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(RpcStatus, WhatAPeerOfOursSaysIsNotExplainedAway) {
  EXPECT_EQ(FromGrpc(ToGrpc(absl::UnavailableError("the log is full"))).message(),
            "the log is full");
}

TEST(RpcStatus, UnavailableIsExplainedInWords) {
  const absl::Status status = FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x"));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("certificate"));
}

// --- A channel to a peer that may not be trusted
// ---------------------------------------------------

// Answers with so many zeros, compressed to a thousandth of that.
class CompressingProjects : public v1::Project::Service {
 public:
  static constexpr size_t kBytes = 8 << 20;
  grpc::Status GetProject(grpc::ServerContext* context, const v1::GetProjectRequest* request,
                          v1::ProjectInfo* info) override {
    if (request->name() == "compressed") context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    info->set_plan_text(std::string(kBytes, '\0'));
    return grpc::Status::OK;
  }
};

TEST(Client, RefusesCompressedMessages) {
  TestCerts certs({"site/north"});
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back(
      {ReadFile(certs.Key("resolver")).value(), ReadFile(certs.Cert("resolver")).value()});
  CompressingProjects projects;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
  builder.RegisterService(&projects);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto stub =
      ConnectTo<v1::Project>({absl::StrCat("127.0.0.1:", port), certs.Cert("site/north"),
                              certs.Key("site/north"), certs.Ca()});
  ASSERT_TRUE(stub.ok()) << stub.status();

  v1::GetProjectRequest request;
  request.set_name("plain");
  const auto plain = UnaryCall(**stub, &v1::Project::Stub::GetProject, request);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->plan_text().size(), CompressingProjects::kBytes);
  request.set_name("compressed");
  EXPECT_EQ(UnaryCall(**stub, &v1::Project::Stub::GetProject, request).status().code(),
            absl::StatusCode::kUnimplemented);
}

// Too busy for the first calls.
class BusyProjects : public v1::Project::Service {
 public:
  int busy_calls = 0;
  grpc::Status GetProject(grpc::ServerContext*, const v1::GetProjectRequest*,
                          v1::ProjectInfo*) override {
    return busy_calls-- > 0 ? ToGrpc(BusyError("too many calls")) : grpc::Status::OK;
  }
};

TEST(UnaryCall, IsMadeAgainIfThePeerIsTooBusyToTakeIt) {
  BusyProjects projects;
  projects.busy_calls = 2;
  grpc::ServerBuilder builder;
  builder.RegisterService(&projects);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto stub = v1::Project::NewStub(server->InProcessChannel({}));
  EXPECT_TRUE(UnaryCall(*stub, &v1::Project::Stub::GetProject, v1::GetProjectRequest()).ok());
  EXPECT_EQ(projects.busy_calls, -1);
}

}  // namespace
}  // namespace blindlink
