#include "resolver/service/self_call.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/crypto/certificate.h"
#include "common/crypto/sha256.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "resolver/service/handshake_log.h"

namespace blindlink::resolver {
namespace {

namespace tls = grpc::experimental;

// Accepts some server certificates and no other.
class OnlyThisServer : public tls::ExternalCertificateVerifier {
 public:
  explicit OnlyThisServer(const std::vector<std::string>& certificates) {
    for (const std::string& pem : certificates) fingerprints_.push_back(FingerprintOf(pem));
  }

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    const grpc::string_ref pem = request->peer_cert();
    const Sha256Digest shown = FingerprintOf({pem.data(), pem.size()});
    if (shown != Sha256Digest{} &&
        std::find(fingerprints_.begin(), fingerprints_.end(), shown) != fingerprints_.end()) {
      *status = grpc::Status::OK;
    } else {
      *status = {grpc::StatusCode::UNAUTHENTICATED, "another server answers at this address"};
    }
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  static Sha256Digest FingerprintOf(absl::string_view pem) {
    const auto facts = ReadCertificate(pem);
    return facts.ok() ? facts->fingerprint : Sha256Digest{};
  }
  std::vector<Sha256Digest> fingerprints_;
};

std::shared_ptr<grpc::Channel> Dial(const SelfAddress& address, const SelfSigned* own) {
  tls::TlsChannelCredentialsOptions options;
  if (own != nullptr) {
    options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(
        std::vector<tls::IdentityKeyCertPair>{{own->key, own->certificate}}));
    options.watch_identity_key_cert_pairs();
  }
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<OnlyThisServer>(address.certificates));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Otherwise two channels could share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address.host_and_port, tls::TlsCredentials(options), arguments);
}

grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                  std::chrono::milliseconds timeout) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  v1::ListProjectsResponse response;
  return v1::Project::NewStub(channel)->ListProjects(&context, {}, &response);
}

}  // namespace

std::string OwnAddress(absl::string_view listen, int port) {
  std::string host(listen.substr(0, listen.rfind(':')));
  for (const absl::string_view any : {"", "0.0.0.0", "[::]", "*"}) {
    if (host == any) host = "127.0.0.1";
  }
  return absl::StrCat(host, ":", port);
}

absl::Status CheckSelfCallIsAnswered(const SelfAddress& address, const SelfSigned& own,
                                     std::chrono::milliseconds timeout) {
  const grpc::Status status = Call(Dial(address, &own), timeout);
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

absl::Status CheckCallWithoutCertificateFails(const SelfAddress& address,
                                              std::chrono::milliseconds timeout) {
  const HandshakeTestGuard guard;
  const grpc::Status status = Call(Dial(address, nullptr), timeout);
  const bool nobody_answered = absl::StrContains(status.error_message(), "Connection refused");
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !nobody_answered) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat("self-test: TLS did not reject a connection without a client certificate (code ",
                   status.error_code(), ": ", status.error_message(), ")"));
}

}  // namespace blindlink::resolver
