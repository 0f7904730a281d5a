#include "agent/commands/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "common/cli/exit_code.h"

namespace blindlink::agent {
namespace {

// Global, since a signal handler cannot reach anything else.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);
std::atomic<const char*> last_words = nullptr;
static_assert(std::atomic<const char*>::is_always_lock_free);

// Only what signal-safety(7) allows.
[[noreturn]] void End(const char* words) {
  [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, words, strlen(words));
  _exit(kExitOther);
}

void Handle(int signal_number) {
  if (const char* const words = last_words; words != nullptr) End(words);
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

EndOnInterrupt::EndOnInterrupt(const char* words) {
  last_words = words;
  if (interrupted) End(words);
}

EndOnInterrupt::~EndOnInterrupt() { last_words = nullptr; }

bool SleepUnlessInterrupted(std::chrono::milliseconds duration) {
  constexpr std::chrono::milliseconds kStep{100};
  while (duration.count() > 0 && !interrupted) {
    std::this_thread::sleep_for(std::min(duration, kStep));
    duration -= kStep;
  }
  return !interrupted;
}

}  // namespace blindlink::agent
