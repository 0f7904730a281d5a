#include "agent/isolation/message_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/base/byte_order.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr char kName[] = "the pipe between the two halves of the agent";
constexpr size_t kHeadBytes = 5;
constexpr int kPipeBytes = 1 << 20;  // the most that any user may ask for
constexpr int kPollMilliseconds = 100;

absl::StatusOr<std::pair<UniqueFd, UniqueFd>> NewPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "make", kName);
  (void)fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);  // faster, if the user's quota has room for it
  return std::make_pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

}  // namespace

absl::StatusOr<MessagePipe::Ends> MessagePipe::Connect() {
  BL_ASSIGN_OR_RETURN(auto there, NewPipe());
  BL_ASSIGN_OR_RETURN(auto back, NewPipe());
  return Ends{MessagePipe(std::move(back.first), std::move(there.second)),
              MessagePipe(std::move(there.first), std::move(back.second))};
}

absl::Status MessagePipe::Send(uint8_t kind, absl::string_view bytes) {
  if (bytes.size() > kMaxBytes) {
    return absl::InvalidArgumentError("a message between the halves of the agent is too long");
  }
  uint8_t head[kHeadBytes] = {kind};
  StoreBigEndian32(static_cast<uint32_t>(bytes.size()), head + 1);
  for (const absl::string_view part :
       {absl::string_view(reinterpret_cast<const char*>(head), kHeadBytes), bytes}) {
    const absl::Status written = WriteAll(out_.get(), part, kName);
    if (!written.ok()) return absl::AbortedError(written.message());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<MessagePipe::Message>> MessagePipe::Receive(
    const std::function<void()>& meanwhile) {
  uint8_t head[kHeadBytes];
  BL_ASSIGN_OR_RETURN(const bool more,
                      ReadExactly(reinterpret_cast<char*>(head), kHeadBytes, meanwhile));
  if (!more) return std::nullopt;
  const size_t size = LoadBigEndian32(head + 1);
  if (size > kMaxBytes)
    return absl::DataLossError("a message between the halves of the agent is too long");
  Message message{head[0], std::string(size, '\0')};
  BL_ASSIGN_OR_RETURN(const bool whole, ReadExactly(message.bytes.data(), size, meanwhile));
  if (!whole) return absl::DataLossError("a message between the halves of the agent is cut off");
  return message;
}

absl::StatusOr<bool> MessagePipe::ReadExactly(char* out, size_t size,
                                              const std::function<void()>& meanwhile) {
  for (size_t at = 0; at < size;) {
    pollfd waiting{in_.get(), POLLIN, 0};
    if (meanwhile != nullptr && poll(&waiting, 1, kPollMilliseconds) <= 0) {
      meanwhile();
      continue;
    }
    BL_ASSIGN_OR_RETURN(const size_t read, ReadSome(in_.get(), out + at, size - at, kName));
    if (read == 0 && at == 0) return false;
    if (read == 0) {
      return absl::DataLossError("a message between the halves of the agent is cut off");
    }
    at += read;
  }
  return true;
}

}  // namespace blindlink::agent
