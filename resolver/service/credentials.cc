#include "resolver/service/credentials.h"

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/rpc/status.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "resolver/authz/identity.h"
#include "resolver/service/handshake_log.h"

namespace blindlink::resolver {
namespace {

// Asked once TLS has verified the client's certificate.
class ListedClientsOnly : public grpc::experimental::ExternalCertificateVerifier {
 public:
  ListedClientsOnly(const Sha256Digest& own, ClientList& clients, PartyLimits& limits)
      : own_(own), clients_(clients), limits_(limits) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>, grpc::Status* status) override {
    const grpc::string_ref pem = request->peer_cert();
    const absl::StatusOr<Identity> client = ReadIdentity({pem.data(), pem.size()});
    const absl::Status admitted = client.ok() ? Admit(*client) : client.status();
    if (!admitted.ok()) {
      LogRefusedHandshake(client.ok() ? &*client : nullptr, admitted.message());
    }
    *status = ToGrpc(admitted);
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

 private:
  absl::Status Admit(const Identity& client) {
    if (client.fingerprint == own_) return absl::OkStatus();
    BL_RETURN_IF_ERROR(clients_.CheckListed(client));
    return limits_.TakeConnection(SpiffeUriOf(client.party));
  }

  const Sha256Digest own_;
  ClientList& clients_;
  PartyLimits& limits_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const CertificateWatch& certificates,
                                                               const SelfSigned& own,
                                                               ClientList& clients,
                                                               PartyLimits& limits) {
  namespace tls = grpc::experimental;
  const auto own_fingerprint = ReadCertificate(own.certificate)->fingerprint;
  tls::TlsServerCredentialsOptions options(certificates.Provider());
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.set_check_call_host(false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<ListedClientsOnly>(
      own_fingerprint, clients, limits));
  return tls::TlsServerCredentials(options);
}

}  // namespace blindlink::resolver
