#include "common/rpc/backoff.h"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

namespace blindlink {

Backoff::Backoff(BackoffOptions options) : options_(std::move(options)) {}

bool Backoff::Wait() {
  if (waits_ >= (progressed_ ? options_.max_waits : options_.max_waits_before_progress)) {
    return false;
  }
  const int doublings = std::min(waits_++, 20);
  const auto whole =
      std::min<std::chrono::milliseconds>(options_.first * (1 << doublings), options_.longest);
  std::random_device random;  // only spreads the sites over time
  std::uniform_int_distribution<int64_t> part(whole.count() / 2, whole.count());
  return Sleep(std::chrono::milliseconds(part(random)));
}

bool Backoff::Sleep(std::chrono::milliseconds duration) const {
  if (options_.sleep != nullptr) return options_.sleep(duration);
  std::this_thread::sleep_for(duration);
  return true;
}

void Backoff::Progressed() {
  progressed_ = true;
  waits_ = 0;
}

}  // namespace blindlink
