#pragma once

#include <chrono>
#include <functional>

namespace blindlink {

// How long to wait before the next attempt, and when to give up.
struct BackoffOptions {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{60'000};
  // Attempts without any progress. With the waits above: about 15 minutes.
  int max_attempts = 20;
  // Waits; replaced in tests. False: do not go on waiting (the user interrupted).
  std::function<bool(std::chrono::milliseconds)> sleep;
};

// Exponential back-off with the last half of each wait random, so that sites which a restarting
// resolver threw out do not come back all at once. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options);

  // Waits; false when attempts are used up.
  bool Wait();
  // Waits that long, by BackoffOptions.sleep.
  bool Sleep(std::chrono::milliseconds duration) const;
  // Something was achieved: counting begins anew.
  void Reset() { attempts_ = 0; }

 private:
  const BackoffOptions options_;
  int attempts_ = 0;
};

}  // namespace blindlink
