#include "resolver/service/tls_self_test.h"

#include <chrono>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace blindlink::resolver {
namespace {

constexpr auto kTimeout = std::chrono::seconds(10);

// Accepts any server certificate: the test is about what the resolver does with the client's.
class AcceptAny : public grpc::experimental::ExternalCertificateVerifier {
 public:
  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest*,
              std::function<void(grpc::Status)>, grpc::Status* status) override {
    *status = grpc::Status::OK;
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}
};

std::shared_ptr<grpc::Channel> DialWithoutCertificate(int port) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<AcceptAny>());
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                   grpc::experimental::TlsCredentials(options), arguments);
}

}  // namespace

absl::Status CheckDialWithoutCertificateFails(int port) {
  const auto channel = DialWithoutCertificate(port);
  const grpc::internal::RpcMethod health("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kTimeout);
  const grpc::Slice nothing;  // an empty HealthCheckRequest
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel.get(), health, &context, request, &response);
  const bool nobody_answered = absl::StrContains(status.error_message(), "Connection refused");
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !nobody_answered) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("self-test: TLS did not reject a connection without a client certificate (code ",
                   status.error_code(), ": ", status.error_message(), ")"));
}

}  // namespace blindlink::resolver
