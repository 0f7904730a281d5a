#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/crypto/self_signed.h"

namespace blindlink::resolver {

// How the resolver reaches itself.
struct SelfAddress {
  std::string host_and_port;
  std::vector<std::string> certificates;  // PEM; the listener must have one of these
};

// Where to reach a listener of this process that listens on `listen` ("0.0.0.0:7443") and got
// `port`.
std::string OwnAddress(absl::string_view listen, int port);

// Calls the resolver over a new connection with the client certificate `own`, which the gate
// answers with PERMISSION_DENIED: the listener, TLS, gRPC's threads and the gate work. OK then.
// UNAVAILABLE or DEADLINE_EXCEEDED: no connection; anything else is what the gate or gRPC answered.
absl::Status CheckSelfCallIsAnswered(const SelfAddress& address, const SelfSigned& own,
                                     std::chrono::milliseconds timeout);

// Connects without a client certificate. INTERNAL unless the connection is rejected during the TLS
// handshake: otherwise a gRPC setting does not work as we assume, and the resolver must not run.
absl::Status CheckCallWithoutCertificateFails(const SelfAddress& address,
                                              std::chrono::milliseconds timeout);

}  // namespace blindlink::resolver
