#pragma once

#include <sys/types.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// Another process in which no thread goes on (SIGSTOP, signal(7)) for a moment, so that its files
// are as they would be had it been killed now. Whatever becomes of this process, the other one goes
// on: a child of this one, which no signal from a terminal reaches, resumes it when this process
// dies, or after kLongestHaltSeconds. Not thread-safe.
class HaltedProcess {
 public:
  static constexpr int kLongestHaltSeconds = 30;

  // Returns once all threads have stopped. NOT_FOUND if there is no such process; PERMISSION_DENIED
  // if it is another user's; UNAVAILABLE if it does not stop, because it waits for its disk or is
  // the first process of this process's own container, which the kernel does not let stop.
  static absl::StatusOr<std::unique_ptr<HaltedProcess>> Halt(pid_t pid);
  // Resumes it, if Resume() has not.
  ~HaltedProcess();
  HaltedProcess(const HaltedProcess&) = delete;
  HaltedProcess& operator=(const HaltedProcess&) = delete;

  // ABORTED if it was resumed before, by somebody else: what was read meanwhile is then not of one
  // moment.
  absl::Status Resume();

 private:
  HaltedProcess(pid_t pid, UniqueFd process) : pid_(pid), process_(std::move(process)) {}

  absl::Status StartGuardian();
  void GoOn();

  const pid_t pid_;
  const UniqueFd process_;  // a pidfd: never another process, even if the id is given to a new one
  UniqueFd alive_;          // the guardian sees it close
  pid_t guardian_ = -1;
};

}  // namespace blindlink::resolver
