#include "researcher/fetch/retry.h"

#include <algorithm>
#include <thread>

namespace blindlink::researcher {
namespace {

constexpr std::chrono::milliseconds kFirstWait{500};
constexpr std::chrono::milliseconds kLongestWait{30'000};
constexpr int kAttemptsBeforeAnything = 4;
constexpr int kAttempts = 10;

}  // namespace

bool Retry::WaitAfter(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kUnavailable) return false;
  ++failures_;
  if (failures_ >= (progressed_ ? kAttempts : kAttemptsBeforeAnything)) return false;
  sleep_(std::min(kLongestWait, kFirstWait * (1 << (failures_ - 1))));
  return true;
}

void SleepFor(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace blindlink::researcher
