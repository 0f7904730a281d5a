#include "resolver/backup/halted_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares its functions as if they were C++'s.
extern "C" {
#include <sys/pidfd.h>
}

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kBetweenLooks = std::chrono::microseconds(200);

std::filesystem::path NameOf(pid_t pid) { return absl::StrCat("process ", pid); }

// The letter after the name in parentheses, which may itself hold any character (proc(5)).
char StateIn(absl::string_view stat) {
  const size_t name_end = stat.rfind(')');
  return name_end == absl::string_view::npos || name_end + 2 >= stat.size() ? '?'
                                                                            : stat[name_end + 2];
}

bool HasStopped(char state) {
  constexpr absl::string_view kStoppedOrEnded = "TtZX";
  return kStoppedOrEnded.find(state) != absl::string_view::npos;
}

// Whether no thread of the process runs, nor will go on with a system call.
absl::StatusOr<bool> AllThreadsHaveStopped(pid_t pid) {
  const std::filesystem::path threads = absl::StrCat("/proc/", pid, "/task");
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator(threads, error)) {
    const absl::StatusOr<std::string> stat = ReadFile(thread.path() / "stat");
    if (stat.ok() && !HasStopped(StateIn(*stat))) return false;
  }
  if (error) return ErrnoStatus(error.value(), "read", threads);
  return true;
}

absl::Status WaitUntilStopped(pid_t pid) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool stopped, AllThreadsHaveStopped(pid));
    if (stopped) return absl::OkStatus();
    if (std::chrono::steady_clock::now() > end) break;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return absl::UnavailableError(absl::StrCat(
      "the resolver, process ", pid, ", does not halt",
      pid == 1 ? ": the kernel does not let the first process of a container; start the container "
                 "with an init process (podman run --init)"
               : ": it seems to wait for its disk; try again"));
}

// Runs in the child: only calls that are safe there (signal-safety(7)).
[[noreturn]] void Guard(int alive, int process) {
  setsid();
  pollfd end{alive, POLLIN, 0};
  while (poll(&end, 1, HaltedProcess::kLongestHaltSeconds * 1000) < 0 && errno == EINTR) {
  }
  pidfd_send_signal(process, SIGCONT, nullptr, 0);
  _exit(0);
}

}  // namespace

absl::Status HaltedProcess::StartGuardian() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "make", "a pipe");
  const UniqueFd read_end(ends[0]);
  alive_.Reset(ends[1]);
  // From its first moment on the child must not be ended by what ends this process.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  guardian_ = fork();
  const int error = errno;
  if (guardian_ == 0) {
    close(alive_.get());
    Guard(read_end.get(), process_.get());
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return guardian_ < 0 ? ErrnoStatus(error, "start", "a process that resumes the resolver")
                       : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<HaltedProcess>> HaltedProcess::Halt(pid_t pid) {
  UniqueFd process(pidfd_open(pid, 0));
  if (!process.is_open()) {
    return errno == ESRCH ? absl::NotFoundError(absl::StrCat("there is no process ", pid))
                          : ErrnoStatus(errno, "open", NameOf(pid));
  }
  std::unique_ptr<HaltedProcess> halted(new HaltedProcess(pid, std::move(process)));
  BL_RETURN_IF_ERROR(halted->StartGuardian());
  if (pidfd_send_signal(halted->process_.get(), SIGSTOP, nullptr, 0) != 0) {
    return errno == EPERM ? absl::PermissionDeniedError(
                                absl::StrCat("the resolver, process ", pid, ", is another user's"))
                          : ErrnoStatus(errno, "halt", NameOf(pid));
  }
  BL_RETURN_IF_ERROR(WaitUntilStopped(pid));
  return halted;
}

HaltedProcess::~HaltedProcess() { GoOn(); }

absl::Status HaltedProcess::Resume() {
  const absl::StatusOr<bool> stopped = AllThreadsHaveStopped(pid_);
  GoOn();
  BL_RETURN_IF_ERROR(stopped.status());
  if (*stopped) return absl::OkStatus();
  return absl::AbortedError(
      "the resolver was resumed while its files were being noted, which took too long: try again");
}

void HaltedProcess::GoOn() {
  if (guardian_ < 0) return;
  pidfd_send_signal(process_.get(), SIGCONT, nullptr, 0);
  alive_.Reset();
  while (waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
  }
  guardian_ = -1;
}

}  // namespace blindlink::resolver
