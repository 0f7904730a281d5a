#pragma once

#include <atomic>
#include <chrono>

namespace blindlink::agent {

// From now on Ctrl-C and SIGTERM set this flag, so that long work can stop between two blocks and
// leave no partial file. A second signal ends the program at once. Call it in the main thread.
const std::atomic<bool>* CatchInterrupts();

// Waits; false at once when interrupted.
bool SleepUnlessInterrupted(std::chrono::milliseconds duration);

}  // namespace blindlink::agent
