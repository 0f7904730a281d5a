#include "agent/oblivious/evaluation_lanes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "blindlink/keyserver/v1/key_server_service.pb.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::Status NotUnderstood() {
  return absl::InternalError("the two halves of the agent do not understand each other");
}

absl::StatusOr<KeyServerAnswer> ReadReply(const std::string& bytes, size_t count) {
  keyserver::v1::EvaluateReply reply;
  if (!reply.ParseFromString(bytes)) return NotUnderstood();
  KeyServerAnswer answer;
  if (reply.elements().size() != count * kOprfElementSize ||
      reply.proof().size() != answer.evaluation.proof.size() ||
      reply.public_key().size() != kOprfElementSize) {
    return absl::InternalError(
        "the key server's answer has the wrong size: it is not of this release");
  }
  answer.evaluation.elements.resize(count);
  for (size_t i = 0; i < count; ++i) {
    std::copy_n(reply.elements().begin() + static_cast<ptrdiff_t>(i * kOprfElementSize),
                kOprfElementSize, answer.evaluation.elements[i].begin());
  }
  std::copy(reply.proof().begin(), reply.proof().end(), answer.evaluation.proof.begin());
  std::copy(reply.public_key().begin(), reply.public_key().end(), answer.public_key.begin());
  return answer;
}

}  // namespace

absl::StatusOr<EvaluationLanes> EvaluationLanes::Connect() {
  EvaluationLanes lanes;
  for (size_t i = 0; i < kCount; ++i) {
    BL_ASSIGN_OR_RETURN(MessagePipe::Ends ends, MessagePipe::Connect());
    lanes.for_reader.push_back(std::move(ends.first));
    lanes.for_sender.push_back(std::move(ends.second));
  }
  return lanes;
}

std::string EncodeFailure(const absl::Status& failure) {
  return absl::StrCat(std::string(1, static_cast<char>(failure.code())), failure.message());
}

absl::StatusOr<KeyServerAnswer> ReadAnswer(const MessagePipe::Message& message, size_t count) {
  if (message.kind == kEvaluated) return ReadReply(message.bytes, count);
  if (message.kind != kFailed || message.bytes.empty() || message.bytes[0] == 0) {
    return NotUnderstood();
  }
  return absl::Status(static_cast<absl::StatusCode>(message.bytes[0]), message.bytes.substr(1));
}

LaneEvaluator::LaneEvaluator(std::vector<MessagePipe> lanes) : lanes_(std::move(lanes)) {
  for (size_t i = 0; i < lanes_.size(); ++i) free_.push_back(i);
}

absl::StatusOr<KeyServerAnswer> LaneEvaluator::Evaluate(absl::Span<const OprfElement> blinded) {
  const size_t lane = TakeLane();
  absl::StatusOr<KeyServerAnswer> answer = Ask(lanes_[lane], blinded);
  ReturnLane(lane);
  return answer;
}

size_t LaneEvaluator::TakeLane() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !free_.empty(); });
  const size_t lane = free_.back();
  free_.pop_back();
  return lane;
}

void LaneEvaluator::ReturnLane(size_t lane) {
  const std::lock_guard lock(mutex_);
  free_.push_back(lane);
  returned_.notify_one();
}

absl::StatusOr<KeyServerAnswer> LaneEvaluator::Ask(MessagePipe& lane,
                                                   absl::Span<const OprfElement> blinded) {
  std::string elements;
  elements.reserve(blinded.size() * kOprfElementSize);
  for (const OprfElement& element : blinded) absl::StrAppend(&elements, ViewOf(element));
  BL_RETURN_IF_ERROR(lane.Send(kEvaluate, elements));
  BL_ASSIGN_OR_RETURN(const std::optional<MessagePipe::Message> message, lane.Receive());
  if (!message.has_value()) return absl::AbortedError("the half that sends has ended");
  return ReadAnswer(*message, blinded.size());
}

}  // namespace blindlink::agent
