#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace blindlink {

// A program of the build, e.g. "blindlink-agent": <build>/bin/<name>.
std::filesystem::path ProgramPath(const std::string& name);

// A program in its own process. Its output goes to files, so it can be read while the program runs
// and cannot block it. Killed on destruction if it still runs. Not thread-safe.
class Subprocess {
 public:
  // Starts argv[0] (a path, or a name on PATH). Standard input is empty. Aborts the test program if
  // it cannot be started at all.
  explicit Subprocess(std::vector<std::string> argv);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  // Its exit code, or minus the number of the signal that ended it. If it takes longer than
  // `limit`, it is killed with SIGKILL (so the result is -9).
  int Wait(std::chrono::seconds limit = std::chrono::seconds(120));
  bool Running();
  // Sends a signal, e.g. SIGTERM or SIGKILL. Does nothing if the program has ended.
  void Signal(int signal);
  // Waits until `path` exists and is not empty. False if the program ended or `limit` has passed.
  bool WaitForFile(const std::filesystem::path& path,
                   std::chrono::seconds limit = std::chrono::seconds(120));

  std::string Stdout() const;
  std::string Stderr() const;
  pid_t pid() const { return pid_; }
  // Its peak resident memory so far (VmHWM), in MiB, with that of its children. The program must be
  // running.
  uint64_t PeakMemoryMib() const;
  // Waits until it and its children have used no processor time for a while, that is, until all
  // their threads wait.
  bool WaitUntilItWaits(std::chrono::seconds limit = std::chrono::seconds(120));

 private:
  void Reap(int status);

  pid_t pid_ = -1;
  bool ended_ = false;
  int result_ = 0;
  std::string stdout_file_;
  std::string stderr_file_;
};

// Runs a short program to its end.
struct Finished {
  int code;
  std::string out;
  std::string err;
};
Finished Run(std::vector<std::string> argv, std::chrono::seconds limit = std::chrono::seconds(120));

}  // namespace blindlink
