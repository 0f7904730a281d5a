#pragma once

#include "absl/status/status.h"

namespace blindlink::resolver {

// Connects to the resolver on this machine without a client certificate, accepting any server
// certificate, and calls the health service. INTERNAL unless the connection is rejected during the
// TLS handshake: otherwise a gRPC setting does not work as we assume, and the resolver must not
// run.
absl::Status CheckDialWithoutCertificateFails(int port);

}  // namespace blindlink::resolver
