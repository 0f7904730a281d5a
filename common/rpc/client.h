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
  std::string cert;      // PEM, of this party
  std::string key;       // PEM, mode 0600
  std::string ca;        // PEM, of the resolver's CA
  // The DNS name that the resolver's certificate must have, whatever its address.
  std::string resolver_name = "resolver.blindlink";
  // The file that keeps what this party has seen of the resolver's audit log; "none": keep nothing.
  // Empty: a file of its own for each address and CA, in the user's state folder.
  std::string witness = {};
  // The key of the audit log, 64 hexadecimal digits. Empty: the one that is seen first.
  std::string audit_key = {};
};

// A channel over mutual TLS, whose calls are noted (audited_calls.h). Only the files are checked
// here; the first call connects, and retries are the caller's. NOT_FOUND and FAILED_PRECONDITION
// (as ReadPrivateFile) for unreadable files, INVALID_ARGUMENT if a file is not PEM,
// FAILED_PRECONDITION if the certificate is expired or does not belong to the key. Call
// RequireTls13Only (tls_policy.h) first.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const ConnectionFlags& flags);

// The stub of a service over its own channel: ConnectTo<v1::Project>(flags). Errors are those of
// Connect.
template <typename Service>
absl::StatusOr<std::unique_ptr<typename Service::Stub>> ConnectTo(const ConnectionFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags));
  return Service::NewStub(channel);
}

}  // namespace blindlink
