#include "agent/isolation/reading_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/isolation/offline.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// Kinds of message beside the caller's: the child's error, as a code (1 byte) and its words.
constexpr uint8_t kError = 0;

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kStep{20};

[[noreturn]] void RunChild(const std::function<absl::Status(MessagePipe&)>& read, MessagePipe pipe,
                           pid_t parent, bool offline_required) {
  // Ends with the parent, however that ends; the second line is for one that has already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  absl::Status result = GoOfflineIfPossible(offline_required);
  if (result.ok()) result = read(pipe);
  if (fflush(stdout) != 0 && result.ok()) {
    result = ErrnoStatus(errno, "write", "standard output");
  }
  if (!result.ok()) {
    const char code = static_cast<char>(result.code());
    (void)pipe.Send(kError, absl::StrCat(std::string(1, code), result.message()));
  }
  fflush(stderr);
  _exit(result.ok() ? 0 : 1);
}

absl::Status ErrorOf(const std::string& bytes) {
  if (bytes.empty()) return absl::InternalError("the half that reads the input failed");
  return absl::Status(static_cast<absl::StatusCode>(bytes[0]), bytes.substr(1));
}

absl::Status EmptyStandardInput() {
  BL_ASSIGN_OR_RETURN(const UniqueFd nothing, OpenFd("/dev/null", O_RDONLY));
  if (dup2(nothing.get(), STDIN_FILENO) >= 0) return absl::OkStatus();
  return ErrnoStatus(errno, "close", "standard input");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReadingProcess>> ReadingProcess::Start(
    const std::function<absl::Status(MessagePipe&)>& read, bool offline_required) {
  BL_ASSIGN_OR_RETURN(MessagePipe::Ends ends, MessagePipe::Connect());
  signal(SIGPIPE, SIG_IGN);
  fflush(nullptr);  // so that nothing is written twice
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return ErrnoStatus(errno, "start", "the half that reads the input");
  if (pid == 0) {
    ends.first.Close();
    RunChild(read, std::move(ends.second), parent, offline_required);
  }
  auto process = absl::WrapUnique(new ReadingProcess(pid, std::move(ends.first)));
  ends.second.Close();
  BL_RETURN_IF_ERROR(EmptyStandardInput());
  return process;
}

ReadingProcess::~ReadingProcess() {
  pipe_.Close();
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) kill(pid_, SIGKILL);
    std::this_thread::sleep_for(kStep);
  }
}

absl::Status ReadingProcess::Send(uint8_t kind, absl::string_view bytes) {
  absl::Status sent = pipe_.Send(kind, bytes);
  if (sent.ok()) return sent;
  const absl::StatusOr<MessagePipe::Message> last_words = Receive();
  return last_words.ok() ? sent : last_words.status();
}

absl::StatusOr<MessagePipe::Message> ReadingProcess::Receive() {
  BL_ASSIGN_OR_RETURN(std::optional<MessagePipe::Message> message,
                      pipe_.Receive([this] { PassInterruptOn(); }));
  if (!message.has_value()) return EndedUnexpectedly();
  if (message->kind == kError) return ErrorOf(message->bytes);
  return *std::move(message);
}

absl::StatusOr<std::string> ReadingProcess::Expect(uint8_t kind) {
  BL_ASSIGN_OR_RETURN(MessagePipe::Message message, Receive());
  if (message.kind == kind) return std::move(message.bytes);
  return absl::InternalError("the half that reads the input sent an unexpected message");
}

absl::Status ReadingProcess::Wait() {
  BL_ASSIGN_OR_RETURN(const std::optional<MessagePipe::Message> message,
                      pipe_.Receive([this] { PassInterruptOn(); }));
  if (message.has_value() && message->kind == kError) return ErrorOf(message->bytes);
  int status = 0;
  if (waitpid(std::exchange(pid_, 0), &status, 0) > 0 && status == 0) return absl::OkStatus();
  return absl::InternalError("the half that reads the input ended unexpectedly");
}

void ReadingProcess::PassInterruptOn() {
  if (interrupted_ == nullptr || !*interrupted_) return;
  if (!std::exchange(interrupt_passed_on_, true)) kill(pid_, SIGTERM);
}

absl::Status ReadingProcess::EndedUnexpectedly() {
  int status = 0;
  waitpid(std::exchange(pid_, 0), &status, 0);
  return absl::InternalError(absl::StrCat(
      "the half that reads the input ended unexpectedly",
      WIFSIGNALED(status) ? absl::StrCat(", by signal ", WTERMSIG(status)) : std::string()));
}

}  // namespace blindlink::agent
