#pragma once

#include <algorithm>
#include <chrono>

namespace blindlink::resolver {

// Lets through `burst` things at once and `per_second` on average. Not thread-safe.
class TokenBucket {
 public:
  using Clock = std::chrono::steady_clock;

  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), left_(burst) {}

  // Whether one more may pass at `now`, which must not decrease.
  bool Take(Clock::time_point now) {
    if (last_ != Clock::time_point()) {
      const std::chrono::duration<double> passed = now - last_;
      left_ = std::min(burst_, left_ + passed.count() * per_second_);
    }
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double left_;
  Clock::time_point last_{};
};

}  // namespace blindlink::resolver
