#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace blindlink {

// Translate between gRPC's status and Abseil's. Codes and messages stay; UNAVAILABLE, which gRPC
// words for its developers, gets the likely cause and what to do about it. Thread-safe.
absl::Status FromGrpc(const grpc::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace blindlink
