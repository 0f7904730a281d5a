#pragma once

#include <chrono>
#include <functional>

#include "absl/status/status.h"

namespace blindlink::researcher {

// Waits between attempts at something that is UNAVAILABLE: half a second, doubled each time up to
// half a minute. It gives up after four attempts in a row when nothing has come yet (a wrong
// address or a refused certificate does not mend itself), after ten when something has.
class Retry {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  explicit Retry(Sleep sleep) : sleep_(std::move(sleep)) {}

  // To be told whenever something arrived: the count of attempts starts anew.
  void Progressed() {
    progressed_ = true;
    failures_ = 0;
  }
  // True, after waiting, if another attempt is worth while; false for any other status.
  bool WaitAfter(const absl::Status& status);

 private:
  const Sleep sleep_;
  bool progressed_ = false;
  int failures_ = 0;
};

// Sleeps in earnest.
void SleepFor(std::chrono::milliseconds time);

}  // namespace blindlink::researcher
