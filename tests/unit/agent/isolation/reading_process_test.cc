#include "agent/isolation/reading_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

constexpr uint8_t kQuestion = 1;
constexpr uint8_t kAnswer = 2;

std::unique_ptr<ReadingProcess> Start(const std::function<absl::Status(MessagePipe&)>& read) {
  auto process = ReadingProcess::Start(read, /*offline_required=*/true);
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

// Answers each question with itself, twice.
absl::Status Parrot(MessagePipe& pipe) {
  while (true) {
    const auto question = pipe.Receive();
    if (!question.ok()) return question.status();
    if (!question->has_value()) return absl::OkStatus();
    const std::string answer = absl::StrCat((*question)->bytes, (*question)->bytes);
    if (const absl::Status sent = pipe.Send(kAnswer, answer); !sent.ok()) return sent;
  }
}

TEST(ReadingProcess, MessagesOfAnyLengthGoBothWays) {
  const auto child = Start(Parrot);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{3} << 20}) {
    ASSERT_TRUE(child->Send(kQuestion, std::string(size, 'x')).ok());
    EXPECT_EQ(*child->Expect(kAnswer), std::string(2 * size, 'x'));
  }
}

TEST(ReadingProcess, IsOfflineAndItsParentIsNot) {
  const auto child = Start([](MessagePipe& pipe) {
    const int made = socket(AF_INET, SOCK_STREAM, 0);
    return pipe.Send(kAnswer, made < 0 ? "refused" : "made");
  });
  EXPECT_EQ(*child->Expect(kAnswer), "refused");
  EXPECT_TRUE(child->Wait().ok());
  const int made = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_GE(made, 0);
  close(made);
}

TEST(ReadingProcess, ItsErrorComesToTheParentWordForWord) {
  const auto child =
      Start([](MessagePipe&) { return absl::InvalidArgumentError("row 3 has no date"); });
  const absl::Status error = child->Expect(kAnswer).status();
  EXPECT_EQ(error, absl::InvalidArgumentError("row 3 has no date"));
}

TEST(ReadingProcess, ItsErrorIsWhatSendingToItReports) {
  const auto child = Start([](MessagePipe&) { return absl::NotFoundError("no such file"); });
  absl::Status error;
  while (error.ok()) error = child->Send(kQuestion, std::string(1 << 16, 'x'));
  EXPECT_EQ(error, absl::NotFoundError("no such file"));
}

TEST(ReadingProcess, AnErrorAfterTheLastMessageIsNotLost) {
  const auto child = Start([](MessagePipe&) { return absl::ResourceExhaustedError("full"); });
  EXPECT_EQ(child->Wait(), absl::ResourceExhaustedError("full"));
}

TEST(ReadingProcess, OneThatIsKilledIsAnError) {
  const auto child = Start([](MessagePipe&) -> absl::Status {
    raise(SIGKILL);
    return absl::OkStatus();
  });
  EXPECT_THAT(child->Expect(kAnswer).status().message(), HasSubstr("unexpectedly, by signal 9"));
}

TEST(ReadingProcess, HasStandardInputAndTheParentNoLongerHas) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "row", 3), 3);
  ASSERT_EQ(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  close(ends[0]);
  close(ends[1]);
  const auto child = Start([](MessagePipe& pipe) {
    char text[3];
    const ssize_t size = read(STDIN_FILENO, text, sizeof text);
    return pipe.Send(kAnswer, std::string(text, static_cast<size_t>(size)));
  });
  EXPECT_EQ(*child->Expect(kAnswer), "row");
  char byte;
  EXPECT_EQ(read(STDIN_FILENO, &byte, 1), 0);
}

TEST(ReadingProcess, IsToldOfAnInterruptOfTheParent) {
  const auto child = Start([](MessagePipe& pipe) {
    static std::atomic<bool> told = false;
    signal(SIGTERM, [](int) { told = true; });
    (void)pipe.Send(kAnswer, "ready");
    while (!told) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return absl::CancelledError("interrupted");
  });
  ASSERT_TRUE(child->Expect(kAnswer).ok());
  const std::atomic<bool> interrupted = true;
  child->PassOn(&interrupted);
  EXPECT_EQ(child->Receive().status(), absl::CancelledError("interrupted"));
}

TEST(ReadingProcess, EndsWithTheObject) {
  auto child = Start([](MessagePipe& pipe) {
    (void)pipe.Send(kAnswer, absl::StrCat(getpid()));
    pause();
    return absl::OkStatus();
  });
  const pid_t pid = std::stoi(*child->Expect(kAnswer));
  child.reset();
  EXPECT_NE(kill(pid, 0), 0);
}

}  // namespace
}  // namespace blindlink::agent
