#include "resolver/linkage/in_threads.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace blindlink::resolver {
namespace {

constexpr auto kBetweenReports = std::chrono::milliseconds(100);

// The numbers left to work on, and the first error.
class Numbers {
 public:
  Numbers(size_t count, size_t threads) : count_(count), working_(threads) {}

  std::optional<size_t> Take() {
    const std::lock_guard lock(mutex_);
    if (next_ == count_ || !status_.ok()) return std::nullopt;
    return next_++;
  }
  void Report(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    status_.Update(status);
  }
  void EndThread() {
    const std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
  }
  // Waits a while for all threads to finish, and returns whether they have.
  bool HaveEnded() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kBetweenReports, [this] { return working_ == 0; });
  }
  absl::Status status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  const size_t count_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t next_ = 0;
  size_t working_;
  absl::Status status_;
};

}  // namespace

absl::Status InThreads(size_t threads, size_t count, const RunControl& control, const char* stage,
                       const std::function<double()>& share,
                       const std::function<absl::Status(size_t thread, size_t number)>& work) {
  Numbers numbers(count, threads);
  std::vector<std::thread> workers;
  for (size_t thread = 0; thread < threads; ++thread) {
    workers.emplace_back([&numbers, &work, thread] {
      while (const std::optional<size_t> number = numbers.Take()) {
        numbers.Report(work(thread, *number));
      }
      numbers.EndThread();
    });
  }
  do {
    control.progress(stage, std::clamp(share(), 0.0, 1.0));
  } while (!numbers.HaveEnded());
  for (std::thread& worker : workers) worker.join();
  return numbers.status();
}

}  // namespace blindlink::resolver
