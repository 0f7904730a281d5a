#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "grpcpp/server_context.h"

namespace blindlink::resolver {

// Ends the streams of peers that neither send nor read, and of those that may no longer call:
// gRPC's blocking reads and writes have no deadline of their own, and each holds a thread.
// Thread-safe.
class StreamWatch {
 public:
  using Clock = std::chrono::steady_clock;
  // Whether the peer of a waiting stream may still call; asked every second, by another thread.
  using Allowed = std::function<bool()>;
  enum class Outcome { kDone, kTooLate, kNotAllowed };

  StreamWatch();
  ~StreamWatch();
  StreamWatch(const StreamWatch&) = delete;
  StreamWatch& operator=(const StreamWatch&) = delete;

  // Runs `operation`, a read or write of the call of `context`, and cancels that call if it takes
  // longer than `limit`, or if meanwhile the peer is no longer allowed to call.
  template <typename Operation>
  Outcome Run(grpc::ServerContext& context, Clock::duration limit, const Allowed& allowed,
              Operation operation) {
    const auto entry = Add(context, limit, allowed);
    operation();
    return Remove(entry);
  }

 private:
  struct Wait {
    grpc::ServerContext* context;
    const Allowed* allowed;
    Outcome outcome = Outcome::kDone;  // otherwise the call was cancelled
  };
  using Waiting = std::multimap<Clock::time_point, Wait>;

  Waiting::iterator Add(grpc::ServerContext& context, Clock::duration limit,
                        const Allowed& allowed);
  Outcome Remove(Waiting::iterator entry);
  void Watch();
  void Cancel(Waiting::iterator entry, Outcome outcome);
  void CancelThoseNotAllowed();

  std::mutex mutex_;
  std::condition_variable changed_;
  Waiting waiting_;    // by the time at which it takes too long
  Waiting cancelled_;  // removed by the thread that waits
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
