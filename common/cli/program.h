#pragma once

#include <functional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"

namespace blindlink {

// A subcommand and what it does once the command line is parsed. `run` owns the variables that the
// flags are parsed into. Results go to standard output, progress and notes to standard error.
struct Command {
  CLI::App* app;
  std::function<absl::Status()> run;
};

// The command line of one of the three programs: --version, --help and exactly one subcommand.
class Program {
 public:
  // `version_detail` follows the version that --version prints, after a comma.
  Program(std::string name, const std::string& description, const std::string& version_detail = "");

  // The subcommands' parent.
  CLI::App& app() { return app_; }
  void Add(Command command) { commands_.push_back(std::move(command)); }
  void Add(std::vector<Command> commands);

  // Restricts this process to TLS 1.3, forbids core dumps, logs to standard error, parses the
  // command line and runs its command; then has the calls that it made witnessed (witness_calls.h).
  // An error is printed to standard error as "NAME: message". Returns the exit code (exit_code.h).
  // Must be called once, before gRPC or a thread is started.
  int Run(int argc, char** argv);

 private:
  absl::Status Start() const;
  absl::Status RunParsedCommand() const;

  const std::string name_;
  CLI::App app_;
  std::vector<Command> commands_;
};

// Ends the process with `code` at the end of main, once all objects of the command are gone. Writes
// out what standard output still buffers: the exit code is kExitDisk if that fails. Does not run
// the handlers of exit(): gRPC's threads may still be connecting, and OpenSSL's handler would
// free what they use.
[[noreturn]] void EndProcess(const std::string& program, int code);

}  // namespace blindlink
