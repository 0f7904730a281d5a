#include "resolver/http/connection_threads.h"

#include <system_error>
#include <thread>
#include <utility>

namespace blindlink::resolver {
namespace {

thread_local bool g_too_many = false;

void Refuse(const std::function<void()>& serve) {
  g_too_many = true;
  serve();
  g_too_many = false;
}

}  // namespace

bool ConnectionThreads::TooMany() { return g_too_many; }

void ConnectionThreads::enqueue(std::function<void()> serve) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ < most_) {
      try {
        std::thread([this, serve] {
          serve();
          const std::lock_guard ending(mutex_);
          --running_;
          ended_.notify_all();
        }).detach();
        ++running_;
        return;
      } catch (const std::system_error&) {
        // The system has no further thread: as if there were too many.
      }
    }
  }
  Refuse(serve);
}

void ConnectionThreads::Wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace blindlink::resolver
