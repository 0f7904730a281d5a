#pragma once

#include "absl/status/status.h"

namespace blindlink::resolver {

// Dials the resolver on this machine without a client certificate, whatever its own certificate is,
// and calls the health service. INTERNAL unless the connection is turned away during the TLS
// handshake: then a setting of gRPC does not do what we think it does, and the resolver must not
// run.
absl::Status CheckDialWithoutCertificateFails(int port);

}  // namespace blindlink::resolver
