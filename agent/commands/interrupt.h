#pragma once

#include <atomic>
#include <chrono>

namespace blindlink::agent {

// From now on Ctrl-C and SIGTERM set this flag, so that long work can stop between two blocks and
// leave no partial file. A second signal ends the program at once. Call it in the main thread.
const std::atomic<bool>* CatchInterrupts();

// While one exists, Ctrl-C and SIGTERM end the program at once, with `words` on standard error: for
// long work that cannot stop in between and has nothing to leave behind. Flush standard output
// before. CatchInterrupts must have been called.
class EndOnInterrupt {
 public:
  // `words` must outlive it.
  explicit EndOnInterrupt(const char* words);
  ~EndOnInterrupt();
  EndOnInterrupt(const EndOnInterrupt&) = delete;
  EndOnInterrupt& operator=(const EndOnInterrupt&) = delete;
};

// Waits; false at once when interrupted.
bool SleepUnlessInterrupted(std::chrono::milliseconds duration);

}  // namespace blindlink::agent
