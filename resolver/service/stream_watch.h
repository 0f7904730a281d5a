#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "grpcpp/server_context.h"

namespace blindlink::resolver {

// Ends the streams of peers that neither send nor read: gRPC's blocking reads and writes have no
// deadline of their own, and each holds a thread. Thread-safe.
class StreamWatch {
 public:
  using Clock = std::chrono::steady_clock;

  StreamWatch();
  ~StreamWatch();
  StreamWatch(const StreamWatch&) = delete;
  StreamWatch& operator=(const StreamWatch&) = delete;

  // Runs `operation`, a read or write of the call of `context`, and cancels that call if it takes
  // longer than `limit`. Returns whether it was done in time.
  template <typename Operation>
  bool InTime(grpc::ServerContext& context, Clock::duration limit, Operation operation) {
    const auto entry = Add(context, limit);
    operation();
    return Remove(entry);
  }

 private:
  // Null once the call was cancelled.
  using Waiting = std::multimap<Clock::time_point, grpc::ServerContext*>;

  Waiting::iterator Add(grpc::ServerContext& context, Clock::duration limit);
  bool Remove(Waiting::iterator entry);
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  Waiting waiting_;   // by the time at which it takes too long
  Waiting too_late_;  // cancelled; removed by the thread that waits
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
