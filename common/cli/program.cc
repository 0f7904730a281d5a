#include "common/cli/program.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <utility>

#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/secret_memory.h"
#include "common/base/status_macros.h"
#include "common/cli/exit_code.h"
#include "common/cli/version.h"
#include "common/cli/witness_calls.h"
#include "common/rpc/tls_policy.h"
#include "common/telemetry/log.h"

#if defined(BLINDLINK_ADDRESS_SANITIZER)
#include <sanitizer/lsan_interface.h>
#endif

namespace blindlink {
namespace {

// Linux takes a limit of 1, other than 0, to mean that no core is piped to a program either. Not
// PR_SET_DUMPABLE: it would also hide /proc/PID from the user's own monitoring, and whoever may
// read a process of this user may read its key files.
void ForbidCoreDumps() {
  const rlimit none{1, 1};
  setrlimit(RLIMIT_CORE, &none);
}

int Report(const std::string& program, const absl::Status& status) {
  if (!status.ok()) {
    fprintf(stderr, "%s: %s\n", program.c_str(), std::string(status.message()).c_str());
  }
  return ExitCodeOf(status);
}

}  // namespace

Program::Program(std::string name, const std::string& description,
                 const std::string& version_detail)
    : name_(std::move(name)), app_(description, name_) {
  app_.set_version_flag(
      "--version",
      absl::StrCat(ProgramAndVersion(name_), version_detail.empty() ? "" : ", ", version_detail));
  app_.require_subcommand(1);
}

void Program::Add(std::vector<Command> commands) {
  for (Command& command : commands) Add(std::move(command));
}

int Program::Run(int argc, char** argv) {
  if (const absl::Status started = Start(); !started.ok()) return Report(name_, started);
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
    fprintf(stderr, "%s: %s (see --help)\n", name_.c_str(), error.what());
    return kExitUsage;
  }
  const int code = Report(name_, RunParsedCommand());
  const int witnessed = Report(name_, WitnessCalls(name_));
  return code == kExitOk ? witnessed : code;
}

absl::Status Program::Start() const {
  BL_RETURN_IF_ERROR(RequireTls13Only());
  ForbidCoreDumps();
  if (!SecretMemoryIsLocked()) {
    fprintf(
        stderr,
        "%s: note: keys may be written to swap, because this process may not lock memory: raise "
        "ulimit -l (LimitMEMLOCK) to 64 KiB, or run without swap\n",
        name_.c_str());
  }
  return StartLogging(name_, "");
}

absl::Status Program::RunParsedCommand() const {
  for (const Command& command : commands_) {
    if (!command.app->parsed()) continue;
    try {
      return command.run();
    } catch (const std::filesystem::filesystem_error& error) {
      return ErrnoStatus(error.code().value(), "use", error.path1());
    }
  }
  return absl::InternalError("the command line names a command that was not added");
}

void EndProcess(const std::string& program, int code) {
  std::cout.flush();
  if ((fflush(stdout) != 0 || std::cout.bad()) && code == kExitOk) {
    fprintf(stderr, "%s: cannot write standard output: is the disk full?\n", program.c_str());
    code = kExitDisk;
  }
  fflush(stderr);
#if defined(BLINDLINK_ADDRESS_SANITIZER)
  __lsan_do_leak_check();
#endif
  _exit(code);
}

}  // namespace blindlink
