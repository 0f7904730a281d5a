#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace blindlink {

// The peer has too much to do at the moment, or this caller has too much under way.
// RESOURCE_EXHAUSTED on the wire; for the caller UNAVAILABLE, because the same call may succeed
// later. `message` says which limit was met.
absl::Status BusyError(absl::string_view message);
// Whether BusyError made it, here or at the peer; the call then had no effect.
bool IsBusy(const absl::Status& status);

// Translate between gRPC's status and Abseil's. Codes and messages stay; UNAVAILABLE, which gRPC
// words for its developers, gets the likely cause and what to do about it, unless our own peer sent
// it. A status of BusyError
// becomes UNAVAILABLE on the way back. Thread-safe.
absl::Status FromGrpc(const grpc::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace blindlink
