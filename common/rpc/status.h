#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace blindlink {

// The one translation between the two kinds of status. Codes and messages stay; UNAVAILABLE, which
// gRPC words for its developers, gets the likely cause and what to do about it.
absl::Status FromGrpc(const grpc::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace blindlink
