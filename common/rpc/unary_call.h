#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "common/rpc/backoff.h"
#include "common/rpc/status.h"
#include "grpcpp/client_context.h"

namespace blindlink {

struct UnaryCallOptions {
  std::chrono::seconds deadline{60};
  // Whether the call waits for a connection until its deadline. If not, it fails at once when there
  // is none.
  bool wait_for_connection = false;
};

// How often a call is made that the peer is too busy to take: for some ten seconds.
inline BackoffOptions BusyBackoff() {
  return {.first = std::chrono::milliseconds(200),
          .longest = std::chrono::seconds(5),
          .max_waits = 6,
          .max_waits_before_progress = 6,
          .sleep = nullptr};
}

// One unary call: UnaryCall(*stub, &v1::Project::Stub::GetProject, request). Errors are the peer's,
// as FromGrpc (status.h) translates them; DEADLINE_EXCEEDED after `options.deadline`. Made once,
// unless the peer is too busy to take it.
template <typename Stub, typename Service, typename Request, typename Reply>
absl::StatusOr<Reply> UnaryCall(Stub& stub,
                                grpc::Status (Service::*method)(grpc::ClientContext*,
                                                                const Request&, Reply*),
                                const Request& request, const UnaryCallOptions& options = {}) {
  Backoff backoff(BusyBackoff());
  while (true) {
    grpc::ClientContext context;
    context.set_wait_for_ready(options.wait_for_connection);
    context.set_deadline(std::chrono::system_clock::now() + options.deadline);
    Reply reply;
    const absl::Status status = FromGrpc((stub.*method)(&context, request, &reply));
    if (status.ok()) return reply;
    if (!IsBusy(status) || !backoff.Wait()) return status;
  }
}

}  // namespace blindlink
