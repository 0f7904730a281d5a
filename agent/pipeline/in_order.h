#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace blindlink::agent {

// Puts the results of several threads back in the order of their numbers, 0, 1, 2, ... At most
// `capacity` numbers are under way: Begin waits until an earlier one has been taken. Thread-safe.
template <typename T>
class InOrder {
 public:
  explicit InOrder(size_t capacity) : capacity_(capacity) {}

  // The next number, once there is room for it; nothing after a stop.
  std::optional<uint64_t> Begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || begun_ - taken_ < capacity_; });
    if (stopped_) return std::nullopt;
    return begun_++;
  }

  // The result of `number`, which Begin returned.
  void Put(uint64_t number, T result) {
    const std::lock_guard lock(mutex_);
    results_.emplace(number, std::move(result));
    changed_.notify_all();
  }

  // No numbers will follow those already begun.
  void End() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  // The result of the lowest number that has not been taken; nothing once all are taken, or after a
  // stop.
  std::optional<T> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      return stopped_ || results_.contains(taken_) || (ended_ && taken_ == begun_);
    });
    if (stopped_ || !results_.contains(taken_)) return std::nullopt;
    auto taken = results_.extract(taken_++);
    changed_.notify_all();
    return std::optional<T>(std::in_place, std::move(taken.mapped()));
  }

  // Wakes all waiting threads; nothing more is begun or taken.
  void Stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, T> results_;
  uint64_t begun_ = 0;
  uint64_t taken_ = 0;
  bool ended_ = false;
  bool stopped_ = false;
};

}  // namespace blindlink::agent
