#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/rpc/client.h"
#include "grpcpp/channel.h"

namespace blindlink {

// As Connect (client.h), to a server other than the resolver: it keeps no audit log of the calls,
// so they are not noted. Of `flags`, those of the witness mean nothing.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectUnwitnessed(const ConnectionFlags& flags);

}  // namespace blindlink
