#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace blindlink::researcher {

// Lets several threads work on pieces 0, 1, 2, ... at the same time and take turns, in this order,
// for what must be done in order.
class Turns {
 public:
  // Waits until all pieces before `piece` have had their turn, then calls `in_order`. If a turn has
  // failed, returns its error and does nothing.
  absl::Status Take(size_t piece, const std::function<absl::Status()>& in_order) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ == piece || !status_.ok(); });
    if (!status_.ok()) return status_;
    status_ = in_order();
    ++next_;
    changed_.notify_all();
    return status_;
  }
  // All turns to come fail with this error.
  void Fail(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t next_ = 0;
  absl::Status status_;
};

// Calls `work(thread, piece)` for every piece below `pieces`, in threads that take the pieces in
// order. After an error no new piece is begun. Returns the error of the lowest thread.
inline absl::Status ForEachPiece(size_t pieces, size_t threads,
                                 const std::function<absl::Status(size_t, size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  std::vector<absl::Status> statuses(threads);
  std::vector<std::thread> running;
  for (size_t thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (size_t piece = next++; piece < pieces && !failed; piece = next++) {
        statuses[thread] = work(thread, piece);
        if (!statuses[thread].ok()) {
          failed = true;
          return;
        }
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  for (const absl::Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace blindlink::researcher
