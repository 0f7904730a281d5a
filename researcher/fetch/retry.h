#pragma once

#include <chrono>
#include <functional>

#include "absl/status/status.h"

namespace blindlink::researcher {

// Waits between attempts at something that is UNAVAILABLE: half a second, doubled each time up to
// half a minute. Gives up after four failed attempts in a row if nothing has arrived yet (retrying
// does not fix a wrong address or a refused certificate), otherwise after ten.
class Retry {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  explicit Retry(Sleep sleep) : sleep_(std::move(sleep)) {}

  // Call whenever something arrives: resets the count of failed attempts.
  void Progressed() {
    progressed_ = true;
    failures_ = 0;
  }
  // Waits and returns true if another attempt is worthwhile; false for any status but UNAVAILABLE.
  bool WaitAfter(const absl::Status& status);

 private:
  const Sleep sleep_;
  bool progressed_ = false;
  int failures_ = 0;
};

// Really sleeps.
void SleepFor(std::chrono::milliseconds time);

}  // namespace blindlink::researcher
