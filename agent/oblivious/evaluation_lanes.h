#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/isolation/message_pipe.h"
#include "agent/oblivious/blind_evaluator.h"

namespace blindlink::agent {

// How the half of the agent that reads has the half with the network ask the key server: over pipes
// beside the one for blocks, each for one question at a time. What goes over them are blinded
// elements and answers; inputs and blinds stay in the half that reads.
struct EvaluationLanes {
  std::vector<MessagePipe> for_reader;
  std::vector<MessagePipe> for_sender;

  static constexpr size_t kCount = 4;  // questions under way at the same time
  static absl::StatusOr<EvaluationLanes> Connect();
};

// The messages on a lane.
enum EvaluationMessage : uint8_t {
  kEvaluate = 1,  // to the half that sends: the elements
  kEvaluated,     // to the half that reads: EvaluateReply
  kFailed,        // to the half that reads: a status code (1 byte) and its words
};
std::string EncodeFailure(const absl::Status& failure);

// The answer of a message that came in reply to `count` elements: INTERNAL if it is none.
absl::StatusOr<KeyServerAnswer> ReadAnswer(const MessagePipe::Message& message, size_t count);

// The end in the half that reads. ABORTED if the other half has ended. Thread-safe: a question
// waits until a lane is free.
class LaneEvaluator : public BlindEvaluator {
 public:
  explicit LaneEvaluator(std::vector<MessagePipe> lanes);

  absl::StatusOr<KeyServerAnswer> Evaluate(absl::Span<const OprfElement> blinded) override;

 private:
  size_t TakeLane();
  void ReturnLane(size_t lane);
  absl::StatusOr<KeyServerAnswer> Ask(MessagePipe& lane, absl::Span<const OprfElement> blinded);

  std::vector<MessagePipe> lanes_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<size_t> free_;
};

}  // namespace blindlink::agent
