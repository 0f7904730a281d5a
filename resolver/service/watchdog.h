#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/status.h"

namespace blindlink::resolver {

// Calls the resolver itself from time to time, in its own thread, over the network as a client
// does, and reports whether that works. gRPC 1.51 stops listening for good when it runs out of file
// descriptors (CVE-2023-4785), and does not say so.
class Watchdog {
 public:
  struct Options {
    std::chrono::milliseconds interval;
    int failures;  // connections that fail in a row until the listener counts as dead
    // Makes one call. UNAVAILABLE and DEADLINE_EXCEEDED mean that there was no connection.
    std::function<absl::Status()> call;
    std::function<void(bool)> set_healthy;
    std::function<void()> dead;
  };
  explicit Watchdog(Options options);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void Run();
  void CallOnce();
  void Note(const absl::Status& status);

  const Options options_;
  int failures_ = 0;
  bool healthy_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
