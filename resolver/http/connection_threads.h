#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace blindlink::resolver {

// Runs each connection in a thread of its own, up to a number; further ones are closed at once
// instead of waiting, so that they cannot pile up. Thread-safe.
class ConnectionThreads final : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(size_t most) : most_(most) {}
  ~ConnectionThreads() override { Wait(); }

  // `serve` closes its connection without reading from it if TooMany() says so.
  void enqueue(std::function<void()> serve) override;
  void shutdown() override { Wait(); }
  // Of the thread that asks.
  static bool TooMany();

 private:
  void Wait();

  const size_t most_;
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t running_ = 0;
};

}  // namespace blindlink::resolver
