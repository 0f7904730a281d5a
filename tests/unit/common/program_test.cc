#include "common/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/cli/connection_flags.h"
#include "common/cli/exit_code.h"
#include "common/cli/version.h"
#include "common/rpc/client.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

// Runs a program with the commands `work`, which returns `outcome`, and `rest`.
int RunProgram(std::vector<std::string> arguments, const absl::Status& outcome) {
  Program program("blindlink-test", "Tests.", "standardizer 1");
  CLI::App* work = program.app().add_subcommand("work", "Work");
  CLI::App* rest = program.app().add_subcommand("rest", "Rest");
  program.Add({work, [outcome] { return outcome; }});
  program.Add({rest, [] { return absl::OkStatus(); }});
  arguments.insert(arguments.begin(), "program");
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return program.Run(static_cast<int>(argv.size()), argv.data());
}

TEST(Program, AnErrorIsPrintedWithTheProgramsNameAndBecomesTheExitCode) {
  CaptureStderr();
  EXPECT_EQ(RunProgram({"work"}, absl::NotFoundError("no such run")), kExitRefused);
  EXPECT_EQ(GetCapturedStderr(), "blindlink-test: no such run\n");
}

TEST(Program, OnlyTheCommandInTheCommandLineRuns) {
  CaptureStderr();
  EXPECT_EQ(RunProgram({"rest"}, absl::InternalError("work ran")), kExitOk);
  EXPECT_EQ(GetCapturedStderr(), "");
}

TEST(Program, WrongArgumentsAreExplainedAndEndWithTheExitCodeForUsage) {
  CaptureStderr();
  EXPECT_EQ(RunProgram({"work", "--fast"}, absl::OkStatus()), kExitUsage);
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("blindlink-test: "));
  CaptureStderr();
  EXPECT_EQ(RunProgram({}, absl::OkStatus()), kExitUsage);
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("--help"));
}

TEST(Program, TheVersionIsPrintedWithItsDetail) {
  CaptureStdout();
  EXPECT_EQ(RunProgram({"--version"}, absl::OkStatus()), kExitOk);
  EXPECT_EQ(GetCapturedStdout(), ProgramAndVersion("blindlink-test") + ", standardizer 1\n");
}

TEST(Version, TheBuildIsOfThisProgramAndStandsBesideTheVersion) {
  EXPECT_EQ(Build().size(), 16);
  EXPECT_EQ(Build().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(ProgramAndVersion("blindlink-test"),
            "blindlink-test " + std::string(Version()) + " (build " + Build() + ")");
}

TEST(EndProcess, WritesOutWhatStandardOutputHoldsAndRunsNoExitHandlers) {
  EXPECT_EXIT(
      {
        atexit([] { fprintf(stderr, "handler"); });
        printf("result");
        EndProcess("blindlink-test", kExitRefused);
      },
      testing::ExitedWithCode(kExitRefused), testing::Not(HasSubstr("handler")));
}

TEST(EndProcess, SaysWhenStandardOutputCouldNotBeWritten) {
  EXPECT_EXIT(
      {
        if (freopen("/dev/full", "w", stdout) == nullptr) abort();
        printf("result");
        EndProcess("blindlink-test", kExitOk);
      },
      testing::ExitedWithCode(kExitDisk), "cannot write standard output");
}

TEST(ConnectionFlags, NameTheResolverAndTheFilesOfTheConnection) {
  ConnectionFlags flags;
  CLI::App app;
  AddConnectionFlags(app, &flags);
  app.parse("--resolver center:7443 --cert /no/a.pem --key /no/a.key --ca /no/ca.pem");
  EXPECT_EQ(flags.resolver, "center:7443");
  EXPECT_EQ(flags.resolver_name, "resolver.blindlink");
  const absl::Status status = Connect(flags).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/no/ca.pem"));
}

TEST(ExitCode, TellsBadInputRefusalAndAbsenceApart) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), 4);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), 5);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), 6);
}

}  // namespace
}  // namespace blindlink
