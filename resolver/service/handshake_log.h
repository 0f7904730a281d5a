#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// From now on what gRPC logs in this process goes into our log: a refused TLS handshake as
//   event=tls-handshake-refused peer=<address> why="..." refused=<so many since the start>
// and other errors as event=grpc-error. When there are too many of them at once, some are counted
// (unlogged=) but not logged. gRPC says who the peer of a handshake is only by tracing what it
// reads, so that tracing is switched on. Call it once, after StartLogging and before a server
// starts.
void TakeOverGrpcLog();

// Logs such a line for a handshake that our own check refuses. `who` is more key=value text. Must
// be called by the thread that does the handshake.
void LogRefusedHandshake(absl::string_view who, absl::string_view why);

// How many handshakes were refused since the start.
uint64_t RefusedHandshakes();

// While one exists, handshakes are refused on purpose and what gRPC says of them is not logged.
class HandshakeTestGuard {
 public:
  HandshakeTestGuard();
  ~HandshakeTestGuard();
  HandshakeTestGuard(const HandshakeTestGuard&) = delete;
  HandshakeTestGuard& operator=(const HandshakeTestGuard&) = delete;
};

}  // namespace blindlink::resolver
