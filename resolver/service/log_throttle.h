#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "resolver/service/token_bucket.h"

namespace blindlink::resolver {

// Keeps lines that strangers cause from filling the disk. Thread-safe.
class LogThrottle {
 public:
  LogThrottle(double lines_per_second, double burst) : bucket_(lines_per_second, burst) {}

  // If a line may be logged now: how many were left out since the last one. Otherwise it counts the
  // line as left out.
  std::optional<uint64_t> Take(TokenBucket::Clock::time_point now = TokenBucket::Clock::now()) {
    const std::lock_guard lock(mutex_);
    if (bucket_.Take(now)) return std::exchange(left_out_, 0);
    ++left_out_;
    return std::nullopt;
  }

 private:
  std::mutex mutex_;
  TokenBucket bucket_;
  uint64_t left_out_ = 0;
};

}  // namespace blindlink::resolver
