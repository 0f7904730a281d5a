#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"

namespace blindlink::agent {

// One end of two pipes between two processes of the same program, over which messages go in both
// directions. Each is a kind, which the two agree on, and bytes: 1 byte kind, 4 bytes length
// (big-endian), the bytes. Pipes, not a socket: they carry bytes and nothing else, no descriptors.
// Not thread-safe.
class MessagePipe {
 public:
  // Longer messages are refused: INVALID_ARGUMENT from Send, DATA_LOSS from Receive.
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  struct Message {
    uint8_t kind = 0;
    std::string bytes;
  };
  struct Ends;

  MessagePipe(UniqueFd in, UniqueFd out) : in_(std::move(in)), out_(std::move(out)) {}

  // Two ends that are connected; neither survives exec.
  static absl::StatusOr<Ends> Connect();

  // The process must ignore SIGPIPE; ABORTED if the other end is gone.
  absl::Status Send(uint8_t kind, absl::string_view bytes);
  // Waits for the next message. Nothing once the other end is gone. `meanwhile`, which may be null,
  // is called now and then while it waits.
  absl::StatusOr<std::optional<Message>> Receive(const std::function<void()>& meanwhile = nullptr);
  void Close() {
    in_.Reset();
    out_.Reset();
  }

 private:
  // False if the pipe has ended before the first byte; DATA_LOSS if after it.
  absl::StatusOr<bool> ReadExactly(char* out, size_t size, const std::function<void()>& meanwhile);

  UniqueFd in_;
  UniqueFd out_;
};

struct MessagePipe::Ends {
  MessagePipe first;
  MessagePipe second;
};

}  // namespace blindlink::agent
