#pragma once

#include <functional>

#include "absl/strings/string_view.h"
#include "resolver/authz/identity.h"

namespace blindlink::resolver {

// From now on what gRPC logs in this process goes into our log: a refused TLS handshake as
//   event=tls-handshake-refused peer=<address> why="..." refused=<so many since the start>
// and other errors as event=grpc-error. When there are too many of them at once, some are counted
// (unlogged=) but not logged. gRPC says who the peer of a handshake is only by tracing what it
// reads, so that tracing is switched on. Call it once, after StartLogging and before a server
// starts.
void TakeOverGrpcLog();

// Logs such a line for a handshake that our own check refuses. `client` is who the certificate
// names; null if it cannot be read. Must be called by the thread that does the handshake.
void LogRefusedHandshake(const Identity* client, absl::string_view why);

// Whom this thread's handshakes are with from now on, for listeners other than gRPC's.
void SetHandshakePeer(absl::string_view peer);

// Each refused handshake, logged or not, is told to `note` too, until the next call of this, which
// waits until a call of the earlier `note` has returned. Null: to nobody.
using NoteHandshake = std::function<void(const Identity* client, absl::string_view why)>;
void NoteRefusedHandshakesIn(NoteHandshake note);

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
