#pragma once

#include <atomic>
#include <chrono>

namespace blindlink::agent {

// Ctrl-C and SIGTERM from now on set this flag, so that long work can stop between two blocks and
// leave no half file. A second signal ends the program at once. Call in the main thread.
const std::atomic<bool>* CatchInterrupts();

// Waits; false at once when interrupted.
bool SleepUnlessInterrupted(std::chrono::milliseconds duration);

}  // namespace blindlink::agent
