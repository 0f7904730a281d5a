#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace blindlink::resolver {

// One thread that does the resolver's long work, ingests and runs, one job at a time: each may use
// the whole memory budget. Work that is waiting or in progress when the resolver stops is restarted
// at the next start, from what is on disk. Thread-safe.
class BackgroundWorker {
 public:
  using Task = std::function<void()>;

  BackgroundWorker() : thread_([this] { Loop(); }) {}
  // Stops.
  ~BackgroundWorker() { Stop(); }
  BackgroundWorker(const BackgroundWorker&) = delete;
  BackgroundWorker& operator=(const BackgroundWorker&) = delete;

  // Ignored once the worker is stopping.
  void Enqueue(Task task);
  // How many tasks wait behind the one in progress.
  size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
  }
  // Tasks check this and stop when it is set.
  const std::atomic<bool>& stopping() const { return stopping_; }
  // Sets stopping() and drops the waiting tasks.
  void BeginStop();
  // Also waits for the task in progress.
  void Stop();

 private:
  void Loop();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
