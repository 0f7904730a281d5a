#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"
#include "common/crypto/self_signed.h"
#include "common/crypto/sha256.h"
#include "grpcpp/security/server_credentials.h"
#include "resolver/authz/client_list.h"
#include "resolver/service/party_limits.h"

namespace blindlink::resolver {

// The resolver's certificate, its key and the clients' CA, as PEM; checked as
// common/crypto/certificate.h does.
struct CertificateFiles {
  std::string certificate;
  std::string key;
  std::string client_ca;
};
absl::StatusOr<CertificateFiles> ReadCertificateFiles(const config::v1::ResolverConfig& config);

// Credentials that refuse a client in the TLS handshake, before it can open a stream, unless its
// certificate was issued by the clients' CA, is in the list of clients, and the party does not
// connect too often. `own` is accepted too: the resolver calls itself with it. The references must
// outlive the server that uses the credentials.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const CertificateFiles& files,
                                                               const SelfSigned& own,
                                                               ClientList& clients,
                                                               PartyLimits& limits);

}  // namespace blindlink::resolver
