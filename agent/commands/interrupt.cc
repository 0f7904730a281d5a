#include "agent/commands/interrupt.h"

#include <signal.h>

#include <algorithm>
#include <thread>

namespace blindlink::agent {
namespace {

// Global, since a signal handler cannot reach anything else.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void Handle(int signal_number) {
  interrupted = true;
  signal(signal_number, SIG_DFL);
}

}  // namespace

const std::atomic<bool>* CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = Handle;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return &interrupted;
}

bool SleepUnlessInterrupted(std::chrono::milliseconds duration) {
  constexpr std::chrono::milliseconds kStep{100};
  while (duration.count() > 0 && !interrupted) {
    std::this_thread::sleep_for(std::min(duration, kStep));
    duration -= kStep;
  }
  return !interrupted;
}

}  // namespace blindlink::agent
