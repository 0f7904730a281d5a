// Any bytes from the other half of the agent: messages that stand in them, then an end or an error.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/isolation/message_pipe.h"
#include "common/base/fd.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  constexpr size_t kHeadBytes = 5;
  absl::string_view rest(reinterpret_cast<const char*>(data), size);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  // More than the pipe takes at once would have to be read meanwhile.
  const ssize_t taken = write(ends[1], rest.data(), rest.size());
  rest = rest.substr(0, taken < 0 ? 0 : static_cast<size_t>(taken));
  close(ends[1]);
  MessagePipe pipe{UniqueFd(ends[0]), UniqueFd()};
  while (true) {
    const auto received = pipe.Receive();
    if (!received.ok()) {
      if (!absl::IsDataLoss(received.status()) || rest.empty()) std::abort();
      break;
    }
    if (!received->has_value()) {
      if (!rest.empty()) std::abort();
      break;
    }
    const MessagePipe::Message& message = **received;
    if (static_cast<uint8_t>(rest[0]) != message.kind) std::abort();
    if (rest.substr(kHeadBytes, message.bytes.size()) != message.bytes) std::abort();
    rest.remove_prefix(kHeadBytes + message.bytes.size());
  }
  return 0;
}
