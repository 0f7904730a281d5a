#include "tests/support/watched_run.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

constexpr int kWatched[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat),
                            SCMP_SYS(socket)};

void AbortUnless(bool good, const char* what) {
  if (good) return;
  perror(what);
  abort();
}

// A number of /proc/PID/status; -1 without such a line.
int64_t StatusNumber(pid_t thread, const std::string& name) {
  std::ifstream status(absl::StrCat("/proc/", thread, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, name)) return std::stoll(line.substr(name.size()));
  }
  return -1;
}

// In the child: has the watched calls notified, tells the parent by which descriptor, waits until
// the parent has it, and becomes the program.
[[noreturn]] void Become(const std::vector<std::string>& argv, int output, int tell, int wait) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  for (const int call : kWatched) seccomp_rule_add(filter, SCMP_ACT_NOTIFY, call, 0);
  const int descriptor = seccomp_load(filter) == 0 ? seccomp_notify_fd(filter) : -1;
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  char byte = 0;
  if (write(tell, &descriptor, sizeof descriptor) == sizeof descriptor &&
      read(wait, &byte, 1) == 1) {
    close(descriptor);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execv(arguments[0], arguments.data());
  }
  _exit(99);
}

// Takes what the kernel notifies of and lets every call go on.
class Watcher {
 public:
  Watcher(UniqueFd notifications, int64_t filters_before, const std::filesystem::path& folder)
      : notifications_(std::move(notifications)),
        filters_before_(filters_before),
        folder_(folder.lexically_normal()) {
    AbortUnless(seccomp_notify_alloc(&asked_, &answer_) == 0, "seccomp_notify_alloc");
  }
  ~Watcher() { seccomp_notify_free(asked_, answer_); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Until no watched process is left.
  void Watch(WatchedRun* run) {
    while (true) {
      pollfd waiting{notifications_.get(), POLLIN, 0};
      if (poll(&waiting, 1, -1) < 0) continue;
      if ((waiting.revents & POLLIN) == 0) return;
      *asked_ = {};
      if (seccomp_notify_receive(notifications_.get(), asked_) != 0) continue;  // it was killed
      Note(run);
      *answer_ = {};
      answer_->id = asked_->id;
      answer_->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
      (void)seccomp_notify_respond(notifications_.get(), answer_);
    }
  }

 private:
  void Note(WatchedRun* run) const {
    const auto thread = static_cast<pid_t>(asked_->pid);
    const auto process = static_cast<pid_t>(StatusNumber(thread, "Tgid:"));
    if (asked_->data.nr == SCMP_SYS(socket)) {
      run->with_sockets.insert(process);
      return;
    }
    const std::filesystem::path file = File();
    if (!absl::StartsWith(file.string(), folder_.string())) return;
    run->opened.push_back(
        {process, StatusNumber(thread, "Seccomp_filters:") > filters_before_, file});
  }

  // The file of a call that opens, absolute.
  std::filesystem::path File() const {
    const bool has_folder =
        asked_->data.nr == SCMP_SYS(openat) || asked_->data.nr == SCMP_SYS(openat2);
    const uint64_t address = asked_->data.args[has_folder ? 1 : 0];
    const std::string of_thread = absl::StrCat("/proc/", asked_->pid, "/");
    char name[PATH_MAX] = {};
    const UniqueFd memory(open((of_thread + "mem").c_str(), O_RDONLY | O_CLOEXEC));
    if (pread(memory.get(), name, sizeof name - 1, static_cast<off_t>(address)) < 0) return {};
    if (name[0] == '/') return std::filesystem::path(name).lexically_normal();
    const auto at = static_cast<int>(asked_->data.args[0]);
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::read_symlink(
        has_folder && at != AT_FDCWD ? absl::StrCat(of_thread, "fd/", at) : of_thread + "cwd",
        ignored);
    return (folder / name).lexically_normal();
  }

  const UniqueFd notifications_;
  const int64_t filters_before_;
  const std::filesystem::path folder_;
  seccomp_notif* asked_ = nullptr;
  seccomp_notif_resp* answer_ = nullptr;
};

std::string Content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

WatchedRun RunWatched(const std::vector<std::string>& argv, const std::filesystem::path& folder) {
  const TemporaryFolder temporary;
  const UniqueFd output(
      open((temporary / "output").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0600));
  int told[2];
  int go[2];
  AbortUnless(pipe2(told, O_CLOEXEC) == 0 && pipe2(go, O_CLOEXEC) == 0, "pipe2");
  const pid_t child = fork();
  AbortUnless(child >= 0, "fork");
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    Become(argv, output.get(), told[1], go[0]);
  }
  close(told[1]);
  close(go[0]);
  int descriptor = -1;
  AbortUnless(read(told[0], &descriptor, sizeof descriptor) == sizeof descriptor && descriptor >= 0,
              "seccomp_notify_fd");
  const UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  UniqueFd notifications(static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), descriptor, 0)));
  AbortUnless(notifications.is_open(), "pidfd_getfd");
  const int64_t filters = StatusNumber(child, "Seccomp_filters:");
  AbortUnless(filters > 0, "Seccomp_filters in /proc");
  WatchedRun run;
  Watcher watcher(std::move(notifications), filters, folder);
  AbortUnless(write(go[1], "x", 1) == 1, "pipe");
  watcher.Watch(&run);
  int status = 0;
  AbortUnless(waitpid(child, &status, 0) == child, "waitpid");
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  run.output = Content(temporary / "output");
  close(told[0]);
  close(go[1]);
  return run;
}

}  // namespace blindlink
