#pragma once

#include <memory>

#include "common/crypto/self_signed.h"
#include "grpcpp/security/server_credentials.h"
#include "resolver/authz/client_list.h"
#include "resolver/service/certificate_watch.h"
#include "resolver/service/party_limits.h"

namespace blindlink::resolver {

// Credentials that refuse a client in the TLS handshake, before it can open a stream, unless its
// certificate was issued by the clients' CA, is in the list of clients, and the party does not
// connect too often. `own` is accepted too: the resolver calls itself with it. The references must
// outlive the server that uses the credentials.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const CertificateWatch& certificates,
                                                               const SelfSigned& own,
                                                               ClientList& clients,
                                                               PartyLimits& limits);

}  // namespace blindlink::resolver
