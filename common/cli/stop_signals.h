#pragma once

#include <signal.h>

namespace blindlink {

// For a program that serves until it is told to stop: blocks the signals that tell it, in this
// thread and in all that it starts, so that one thread can wait for them (sigwait). A broken pipe
// and a file that may not grow become errors of the write. Call it before the first thread starts.
inline sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  return signals;
}

}  // namespace blindlink
