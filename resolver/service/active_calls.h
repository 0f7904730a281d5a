#pragma once

#include <cstdint>
#include <mutex>
#include <set>

namespace blindlink::resolver {

// Which calls are in progress, so that what they may still use is kept. Thread-safe.
class ActiveCalls {
 public:
  // A call in progress, from construction to destruction.
  class Entry {
   public:
    explicit Entry(ActiveCalls& calls) : calls_(calls), number_(calls.Begin()) {}
    ~Entry() { calls_.End(number_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    ActiveCalls& calls_;
    const uint64_t number_;
  };

  // The number of the newest call.
  uint64_t Last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  bool AllEndedUntil(uint64_t number) const {
    const std::lock_guard lock(mutex_);
    return active_.empty() || *active_.begin() > number;
  }

 private:
  uint64_t Begin() {
    const std::lock_guard lock(mutex_);
    active_.insert(++last_);
    return last_;
  }
  void End(uint64_t number) {
    const std::lock_guard lock(mutex_);
    active_.erase(number);
  }

  mutable std::mutex mutex_;
  uint64_t last_ = 0;
  std::set<uint64_t> active_;
};

}  // namespace blindlink::resolver
