#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include "common/base/files.h"

namespace blindlink {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(5);

int NewFile(std::string* name) {
  *name = testing::TempDir() + "/blindlink-output-XXXXXX";
  const int fd = mkostemp(name->data(), O_CLOEXEC);
  if (fd < 0) abort();
  return fd;
}

std::string Content(const std::string& file) { return ReadFile(file).value_or(""); }

// User and system time of all threads (proc(5), /proc/PID/stat).
uint64_t ProcessorTicks(pid_t pid) {
  const std::string stat = Content("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  uint64_t user = 0;
  uint64_t system = 0;
  fields >> user >> system;
  return user + system;
}

// The process and its children (proc(5), /proc/PID/task/TID/children).
std::vector<pid_t> WithChildren(pid_t pid) {
  const std::string number = std::to_string(pid);
  std::istringstream children(Content("/proc/" + number + "/task/" + number + "/children"));
  std::vector<pid_t> all = {pid};
  for (pid_t child; children >> child;) all.push_back(child);
  return all;
}

uint64_t TicksOfAll(pid_t pid) {
  uint64_t ticks = 0;
  for (const pid_t one : WithChildren(pid)) ticks += ProcessorTicks(one);
  return ticks;
}

}  // namespace

std::filesystem::path ProgramPath(const std::string& name) {
  return std::filesystem::path(BLINDLINK_BINARY_DIR) / "bin" / name;
}

Subprocess::Subprocess(std::vector<std::string> argv) {
  std::vector<char*> arguments;
  for (std::string& argument : argv) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const int out = NewFile(&stdout_file_);
  const int err = NewFile(&stderr_file_);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = fork();
  if (pid_ < 0) abort();
  if (pid_ == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    perror(arguments[0]);
    _exit(127);
  }
  close(in);
  close(out);
  close(err);
}

Subprocess::~Subprocess() {
  if (Running()) {
    Signal(SIGKILL);
    Wait();
  }
  std::error_code ignored;
  std::filesystem::remove(stdout_file_, ignored);
  std::filesystem::remove(stderr_file_, ignored);
}

void Subprocess::Reap(int status) {
  ended_ = true;
  result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool Subprocess::Running() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) Reap(status);
  return !ended_;
}

void Subprocess::Signal(int signal) {
  if (Running()) kill(pid_, signal);
}

int Subprocess::Wait(std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (Running()) {
    if (std::chrono::steady_clock::now() > end) {
      kill(pid_, SIGKILL);
      int status = 0;
      waitpid(pid_, &status, 0);
      Reap(status);
      break;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return result_;
}

bool Subprocess::WaitForFile(const std::filesystem::path& path, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  std::error_code ignored;
  while (std::chrono::steady_clock::now() < end) {
    if (std::filesystem::exists(path, ignored) && std::filesystem::file_size(path, ignored) > 0) {
      return true;
    }
    if (!Running()) return false;
    std::this_thread::sleep_for(kPoll);
  }
  return false;
}

uint64_t Subprocess::PeakMemoryMib() const {
  constexpr char kName[] = "VmHWM:";
  uint64_t kib = 0;
  for (const pid_t pid : WithChildren(pid_)) {
    const std::string status = Content("/proc/" + std::to_string(pid) + "/status");
    const size_t at = status.find(kName);
    if (at != std::string::npos) kib += std::stoull(status.substr(at + sizeof(kName) - 1));
  }
  if (kib == 0) abort();
  return kib / 1024;
}

bool Subprocess::WaitUntilItWaits(std::chrono::seconds limit) {
  constexpr auto kAWhile = std::chrono::milliseconds(500);
  const auto end = std::chrono::steady_clock::now() + limit;
  for (uint64_t before = TicksOfAll(pid_); Running();) {
    std::this_thread::sleep_for(kAWhile);
    const uint64_t now = TicksOfAll(pid_);
    if (now == before) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    before = now;
  }
  return false;
}

std::string Subprocess::Stdout() const { return Content(stdout_file_); }
std::string Subprocess::Stderr() const { return Content(stderr_file_); }

Finished Run(std::vector<std::string> argv, std::chrono::seconds limit) {
  Subprocess process(std::move(argv));
  const int code = process.Wait(limit);
  return {code, process.Stdout(), process.Stderr()};
}

}  // namespace blindlink
