#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "grpcpp/channel.h"

namespace blindlink {

// How a program reaches the resolver; common/cli/connection_flags.h adds the flags.
struct ConnectionFlags {
  std::string resolver;  // host:port
  std::string cert;      // PEM, this party's
  std::string key;       // PEM, mode 0600
  std::string ca;        // PEM, the resolver's CA
  // The DNS name the resolver's certificate must have, whatever the address.
  std::string resolver_name = "resolver.blindlink";
};

// A channel over mutual TLS. Only the files are checked here; the first RPC connects. Retries are
// left to the caller. NOT_FOUND and FAILED_PRECONDITION (as ReadPrivateFile) for unreadable files,
// INVALID_ARGUMENT if a file is not PEM, FAILED_PRECONDITION if the certificate is expired or does
// not belong to the key. RequireTls13Only (tls_policy.h) must have succeeded before.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const ConnectionFlags& flags);

// The stub of one service over a channel of its own: ConnectTo<v1::Project>(flags). Errors are
// those of Connect.
template <typename Service>
absl::StatusOr<std::unique_ptr<typename Service::Stub>> ConnectTo(const ConnectionFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags));
  return Service::NewStub(channel);
}

}  // namespace blindlink
