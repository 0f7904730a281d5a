#pragma once

#include <algorithm>
#include <cstdint>

namespace blindlink::resolver {

// How long to wait before something that failed is tried again: twice as long each time, from a
// second up to ten minutes. Times are Unix seconds. Not thread-safe.
class RetryPause {
 public:
  static constexpr int64_t kLongest = 600;

  bool IsOver(int64_t now) const { return now >= next_; }
  // Begins the next pause, and returns its length.
  int64_t Begin(int64_t now) {
    const int64_t pause = length_;
    next_ = now + pause;
    length_ = std::min(2 * length_, kLongest);
    return pause;
  }

 private:
  int64_t next_ = 0;
  int64_t length_ = 1;
};

}  // namespace blindlink::resolver
