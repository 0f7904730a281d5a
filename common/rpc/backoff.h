#pragma once

#include <chrono>
#include <functional>

namespace blindlink {

// How long to wait before the next attempt, and when to give up.
struct BackoffOptions {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{60'000};
  // Waits in a row without any progress. With the times above: about 15 minutes.
  int max_waits = 20;
  // The same before the first progress: a wrong address or a refused certificate does not fix
  // itself.
  int max_waits_before_progress = 20;
  // Waits; replaced in tests. False: stop waiting (the user interrupted). Null: sleeps.
  std::function<bool(std::chrono::milliseconds)> sleep;
};

// Exponential back-off between attempts. The last half of each wait is random, so that the sites a
// restarting resolver has disconnected do not all come back at once. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options);

  // Waits; each time twice as long, up to the longest. False when the waits are used up or waiting
  // was interrupted.
  bool Wait();
  // Waits that long, by BackoffOptions.sleep.
  bool Sleep(std::chrono::milliseconds duration) const;
  // Call whenever something has been achieved: the waits start anew.
  void Progressed();

 private:
  const BackoffOptions options_;
  bool progressed_ = false;
  int waits_ = 0;
};

}  // namespace blindlink
