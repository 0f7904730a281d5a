#include "agent/isolation/message_pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink::agent {
namespace {

// What a process receives of one that sends `bytes` and ends.
absl::StatusOr<std::optional<MessagePipe::Message>> Received(const std::string& bytes) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  EXPECT_EQ(write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  close(ends[1]);
  return MessagePipe(UniqueFd(ends[0]), UniqueFd()).Receive();
}

TEST(MessagePipe, AMessageIsItsKindItsLengthAndItsBytes) {
  const auto message =
      Received(std::string("\x07\0\0\0\x03"
                           "abc",
                           8));
  ASSERT_TRUE(message.ok() && message->has_value());
  EXPECT_EQ((*message)->kind, 7);
  EXPECT_EQ((*message)->bytes, "abc");
}

TEST(MessagePipe, AnEndThatIsGoneIsNoMessage) {
  const auto message = Received("");
  ASSERT_TRUE(message.ok());
  EXPECT_FALSE(message->has_value());
}

TEST(MessagePipe, AMessageThatIsCutOffAnywhereIsDataLoss) {
  const std::string whole(
      "\x07\0\0\0\x03"
      "abc",
      8);
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(Received(whole.substr(0, size)).status())) << size;
  }
}

TEST(MessagePipe, ALengthBeyondTheLimitIsRefusedBeforeAnythingIsRead) {
  EXPECT_TRUE(absl::IsDataLoss(Received(std::string("\x07\x04\0\0\x01", 5)).status()));
  EXPECT_TRUE(absl::IsDataLoss(Received("\x07\xff\xff\xff\xff").status()));
}

TEST(MessagePipe, SendingToAnEndThatIsGoneIsAborted) {
  signal(SIGPIPE, SIG_IGN);
  auto ends = MessagePipe::Connect();
  ASSERT_TRUE(ends.ok());
  ends->second.Close();
  EXPECT_TRUE(absl::IsAborted(ends->first.Send(1, "x")));
}

}  // namespace
}  // namespace blindlink::agent
