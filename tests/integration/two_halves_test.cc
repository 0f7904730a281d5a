// `blindlink-agent run` as two processes: what reads is offline, and what sends has neither the
// input nor a key. Looked at from outside, while the program reads.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr char kHeader[] = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
constexpr char kRow[] = "17,Quirina,Zwanenburg,12 Oak Street,02139,1970-03-04\n";

std::filesystem::path Proc(pid_t pid, const std::string& name) {
  return absl::StrCat("/proc/", pid, "/", name);
}

std::string StatusLine(pid_t pid, const std::string& name) {
  std::ifstream status(Proc(pid, "status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, name)) return line;
  }
  return "";
}

std::vector<std::string> OpenFiles(pid_t pid) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(Proc(pid, "fd"), ignored)) {
    files.push_back(std::filesystem::read_symlink(entry, ignored));
  }
  return files;
}

pid_t ChildOf(pid_t pid) {
  pid_t child = 0;
  std::ifstream(Proc(pid, absl::StrCat("task/", pid, "/children"))) >> child;
  return child;
}

// Whether any memory that the process can write holds `bytes`.
bool MemoryHolds(pid_t pid, const std::string& bytes) {
  std::ifstream maps(Proc(pid, "maps"));
  const absl::StatusOr<UniqueFd> memory = OpenFd(Proc(pid, "mem"), O_RDONLY);
  EXPECT_TRUE(memory.ok()) << memory.status();
  for (std::string line; std::getline(maps, line);) {
    uint64_t begin = 0;
    uint64_t end = 0;
    char dash;
    std::string rights;
    std::istringstream(line) >> std::hex >> begin >> dash >> end >> rights;
    if (rights.size() < 2 || rights[1] != 'w') continue;
    if (end - begin > uint64_t{1} << 30) continue;  // a sanitizer's shadow
    std::string region(end - begin, '\0');
    if (!ReadAt(memory->get(), begin, region.data(), region.size(), "memory").ok()) continue;
    if (region.find(bytes) != std::string::npos) return true;
  }
  return false;
}

// A run that waits for the rest of its input, which is a named pipe.
class TwoHalves : public testing::Test {
 protected:
  TwoHalves() {
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    input_ = network_ / "input.csv";
    EXPECT_EQ(mkfifo(input_.c_str(), 0600), 0);
  }

  // Starts it and gives it the first rows.
  void Start() {
    agent_ = std::make_unique<Subprocess>(network_.Command(
        "blindlink-agent", "site/north", network_.RunArguments("flu", "north", input_)));
    writer_ = *OpenFd(input_, O_WRONLY);  // returns once the agent has opened it
    // More than a pipe and the reader's buffers hold: all of it is written once it has been read.
    for (int i = 0; i < 1 << 12; ++i) ASSERT_TRUE(WriteAll(writer_.get(), Rows(i), "pipe").ok());
    sender_ = agent_->pid();
    reader_ = ChildOf(sender_);
    ASSERT_GT(reader_, 0);
  }
  static std::string Rows(int i) {
    return i == 0 ? absl::StrCat(kHeader, kRow)
                  : absl::StrCat("r", i, ",Anna,Miller", i, ",5 Elm Street,02139,1961-07-12\n");
  }

  TestNetwork network_;
  std::filesystem::path input_;
  std::unique_ptr<Subprocess> agent_;
  UniqueFd writer_;
  pid_t sender_ = 0;
  pid_t reader_ = 0;
};

TEST_F(TwoHalves, WhatReadsIsUnderTheFilterAndHasNoSocket) {
  Start();
  EXPECT_THAT(StatusLine(reader_, "Seccomp:"), HasSubstr("2"));
  EXPECT_THAT(StatusLine(sender_, "Seccomp:"), HasSubstr("0"));
  EXPECT_THAT(OpenFiles(reader_), Contains(HasSubstr("input.csv")));
  EXPECT_THAT(OpenFiles(reader_), Not(Contains(HasSubstr("socket:"))));
  EXPECT_THAT(OpenFiles(sender_), Contains(HasSubstr("socket:")));
  // The limit on what it can read (ReadableFiles.*) shows from outside by this alone.
  EXPECT_THAT(StatusLine(sender_, "NoNewPrivs:"), HasSubstr("1"));
  writer_.Reset();
  EXPECT_EQ(agent_->Wait(), kExitOk) << agent_->Stderr();
}

TEST_F(TwoHalves, WhatSendsHasNeitherTheInputNorAKeyOpenOrInMemory) {
  Start();
  EXPECT_THAT(OpenFiles(sender_), Not(Contains(HasSubstr("input.csv"))));
  EXPECT_THAT(OpenFiles(sender_), Not(Contains(HasSubstr(".key"))));
  EXPECT_THAT(OpenFiles(sender_), Not(Contains(HasSubstr("state-north"))));
  const std::string key_text(absl::StripAsciiWhitespace(*ReadFile(network_.token_key())));
  const std::string key = HexDecode(key_text.substr(key_text.size() - 64)).value();
  EXPECT_TRUE(MemoryHolds(reader_, "Zwanenburg"));  // the search would find it
  EXPECT_FALSE(MemoryHolds(sender_, "Zwanenburg"));
  EXPECT_FALSE(MemoryHolds(sender_, key));
  EXPECT_FALSE(MemoryHolds(sender_, key_text));
  writer_.Reset();
  EXPECT_EQ(agent_->Wait(), kExitOk) << agent_->Stderr();
  EXPECT_THAT(agent_->Stdout(), HasSubstr("committed, 4096 records"));
}

TEST_F(TwoHalves, ASignalToTheWholeEndsBothAndLeavesNoUnfinishedFile) {
  Start();
  agent_->Signal(SIGTERM);
  // Read rows make the reader look whether it is to stop.
  signal(SIGPIPE, SIG_IGN);
  for (int i = 1 << 12; WriteAll(writer_.get(), Rows(i), "pipe").ok();) ++i;
  EXPECT_EQ(agent_->Wait(), kExitOther);
  EXPECT_THAT(agent_->Stderr(), HasSubstr("blindlink-agent: interrupted"));
  EXPECT_NE(kill(reader_, 0), 0);
  for (const auto& file : std::filesystem::directory_iterator(network_.StateOf("north"))) {
    EXPECT_THAT(file.path().string(), Not(HasSubstr(".partial")));
  }
}

TEST_F(TwoHalves, ErrorsOfTheHalfThatReadsComeOutOnce) {
  const Finished run = network_.Agent(
      "site/north", network_.RunArguments("flu", "north", network_ / "there-is-no-such-file"));
  EXPECT_EQ(run.code, kExitRefused);
  EXPECT_THAT(run.err, HasSubstr("there-is-no-such-file: No such file or directory\n"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'),
            1 + (absl::StrContains(run.err, "new record key") ? 1 : 0) +
                (absl::StrContains(run.err, "the plan is the resolver's") ? 1 : 0))
      << run.err;
}

// Replaces this process by the program, under a kernel that takes no filter.
[[noreturn]] void ExecWithoutSeccomp(std::vector<std::string> command, const std::string& out) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0);
  seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                   scmp_arg_cmp{0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0});
  const int file = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(file, STDERR_FILENO);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  if (seccomp_load(filter) == 0) execv(arguments[0], arguments.data());
  _exit(99);
}

Finished RunWithoutSeccomp(const std::vector<std::string>& command, const std::string& out) {
  const pid_t child = fork();
  if (child == 0) ExecWithoutSeccomp(command, out);
  int status = 0;
  waitpid(child, &status, 0);
  return {WEXITSTATUS(status), "", ReadFile(out).value_or("")};
}

TEST_F(TwoHalves, AKernelWithoutFiltersIsAWarningOrARefusal) {
  const auto file = network_.Write("north.csv", absl::StrCat(kHeader, kRow));
  std::vector<std::string> command = network_.Command("blindlink-agent", "site/north",
                                                      network_.RunArguments("flu", "north", file));
  const std::string out = network_ / "stderr.txt";
  std::vector<std::string> strict = command;
  strict.insert(strict.begin() + 1, "--require-offline");
  const Finished refused = RunWithoutSeccomp(strict, out);
  EXPECT_EQ(refused.code, kExitRefused) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("blindlink-agent: the kernel takes no seccomp filter"));
  const Finished warned = RunWithoutSeccomp(command, out);
  EXPECT_EQ(warned.code, kExitOk) << warned.err;
  EXPECT_THAT(warned.err, HasSubstr("warning: the kernel takes no seccomp filter"));
}

TEST_F(TwoHalves, CommandsThatNeedNoNetworkAreOfflineWhileTheyRead) {
  agent_ = std::make_unique<Subprocess>(
      std::vector<std::string>{ProgramPath("blindlink-agent"), "profile", "--input", input_,
                               "--plan", ShippedPlan("mini-sentinel-phase2")});
  writer_ = *OpenFd(input_, O_WRONLY);
  EXPECT_THAT(StatusLine(agent_->pid(), "Seccomp:"), HasSubstr("2"));
  ASSERT_TRUE(WriteAll(writer_.get(), absl::StrCat(kHeader, kRow), "pipe").ok());
  writer_.Reset();
  EXPECT_EQ(agent_->Wait(), kExitOk) << agent_->Stderr();
}

}  // namespace
}  // namespace blindlink
