#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/isolation/message_pipe.h"

namespace blindlink::agent {

// A child process that reads identifiers and is offline (offline.h), seen from its parent, which
// speaks with the network and never opens the input. They exchange messages of the caller's kinds,
// from 1. An error of the child ends it and comes to the parent as the status that the child
// returned. The child ends with the parent. Not thread-safe.
class ReadingProcess {
 public:
  // Starts a child that goes offline (GoOfflineIfPossible) and runs `read` with its end of the
  // pipe; the return value of `read` ends it. Standard input is the child's from then on: in the
  // parent it is empty. Call it before anything of the input is read, with a single thread and
  // before gRPC is used. From now on both processes ignore SIGPIPE.
  static absl::StatusOr<std::unique_ptr<ReadingProcess>> Start(
      const std::function<absl::Status(MessagePipe&)>& read, bool offline_required);
  // Ends the child if it still runs: SIGTERM, so that it removes its unfinished files, and SIGKILL
  // five seconds later.
  ~ReadingProcess();
  ReadingProcess(const ReadingProcess&) = delete;
  ReadingProcess& operator=(const ReadingProcess&) = delete;

  // From now on, once `interrupted` is true, the child is told by SIGTERM while the functions below
  // wait for it.
  void PassOn(const std::atomic<bool>* interrupted) { interrupted_ = interrupted; }

  // If the child has ended, its error.
  absl::Status Send(uint8_t kind, absl::string_view bytes);
  // The next message of the child, which must have sent one.
  absl::StatusOr<MessagePipe::Message> Receive();
  // The bytes of the next message, which must be of this kind.
  absl::StatusOr<std::string> Expect(uint8_t kind);
  // Waits until the child ends by itself. Its error, if it had one.
  absl::Status Wait();

 private:
  ReadingProcess(pid_t pid, MessagePipe pipe) : pid_(pid), pipe_(std::move(pipe)) {}

  void PassInterruptOn();
  // The error for a child that ended without a word.
  absl::Status EndedUnexpectedly();

  pid_t pid_;  // 0: reaped
  MessagePipe pipe_;
  const std::atomic<bool>* interrupted_ = nullptr;
  bool interrupt_passed_on_ = false;
};

}  // namespace blindlink::agent
