#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/status.h"
#include "grpcpp/channel.h"

namespace CLI {
class App;
}

namespace blindlink {

// How a program reaches the resolver; the same flags in all three programs.
struct ConnectionFlags {
  std::string resolver;  // host:port
  std::string cert;      // PEM, this party's
  std::string key;       // PEM, mode 0600
  std::string ca;        // PEM, the resolver's CA
  // The DNS name the resolver's certificate must have, whatever the address.
  std::string resolver_name = "resolver.blindlink";
};

// Adds --resolver, --cert, --key, --ca (all required) and --resolver-name. `flags` must outlive
// `app`.
void AddConnectionFlags(CLI::App& app, ConnectionFlags* flags);

// A channel over mutual TLS. Only the files are checked here; the first RPC connects. Retries are
// left to the caller. NOT_FOUND and FAILED_PRECONDITION (as ReadPrivateFile) for unreadable files,
// INVALID_ARGUMENT if a file is no PEM, FAILED_PRECONDITION if the certificate is expired or not
// the key's. RequireTls13Only (tls_policy.h) must have succeeded before.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const ConnectionFlags& flags);

}  // namespace blindlink
