#include "agent/key_server/key_server_relay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/oblivious/evaluation_lanes.h"
#include "common/base/status_macros.h"
#include "common/rpc/backoff.h"
#include "common/rpc/status.h"
#include "common/rpc/unwitnessed_channel.h"

namespace blindlink::agent {
namespace {

// A batch takes a server less than a second; a busy one may have several before it.
constexpr std::chrono::seconds kDeadline{120};
constexpr std::chrono::milliseconds kStep{50};
constexpr int kWaitsBeforeTheFirstAnswer = 3;

}  // namespace

absl::StatusOr<std::unique_ptr<KeyServerRelay>> KeyServerRelay::Start(
    Options options, std::vector<MessagePipe> lanes) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel,
                      ConnectUnwitnessed(options.server));
  return absl::WrapUnique(new KeyServerRelay(std::move(options), channel, std::move(lanes)));
}

KeyServerRelay::KeyServerRelay(Options options, const std::shared_ptr<grpc::Channel>& channel,
                               std::vector<MessagePipe> lanes)
    : options_(std::move(options)),
      stub_(keyserver::v1::KeyServer::NewStub(channel)),
      lanes_(std::move(lanes)) {
  for (MessagePipe& lane : lanes_) threads_.emplace_back([this, &lane] { Serve(lane); });
}

KeyServerRelay::~KeyServerRelay() {
  ending_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (grpc::ClientContext* context : under_way_) context->TryCancel();
  }
  for (std::thread& thread : threads_) thread.join();
}

void KeyServerRelay::Serve(MessagePipe& lane) {
  while (true) {
    const absl::StatusOr<std::optional<MessagePipe::Message>> question = lane.Receive();
    if (!question.ok() || !question->has_value()) break;
    const absl::StatusOr<keyserver::v1::EvaluateReply> reply = Ask((*question)->bytes);
    const absl::Status sent = reply.ok()
                                  ? lane.Send(kEvaluated, reply->SerializeAsString())
                                  : lane.Send(kFailed, EncodeFailure(Worded(reply.status())));
    if (!sent.ok()) break;
  }
  lane.Close();
}

absl::StatusOr<keyserver::v1::EvaluateReply> KeyServerRelay::Ask(const std::string& elements) {
  keyserver::v1::EvaluateRequest request;
  request.set_project(options_.project);
  request.set_elements(elements);
  BackoffOptions waits;
  waits.sleep = [this](std::chrono::milliseconds duration) { return Sleep(duration); };
  waits.max_waits_before_progress = answered_ ? waits.max_waits : kWaitsBeforeTheFirstAnswer;
  Backoff backoff(waits);
  while (true) {
    keyserver::v1::EvaluateReply reply;
    const absl::Status status = Call(request, &reply);
    if (status.ok()) {
      answered_ = true;
      return reply;
    }
    if (!absl::IsUnavailable(status) || ending_ || !backoff.Wait()) return status;
  }
}

absl::Status KeyServerRelay::Call(const keyserver::v1::EvaluateRequest& request,
                                  keyserver::v1::EvaluateReply* reply) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return absl::CancelledError("interrupted");
    under_way_.insert(&context);
  }
  absl::Status status = FromGrpc(stub_->Evaluate(&context, request, reply));
  const std::lock_guard lock(mutex_);
  under_way_.erase(&context);
  return status;
}

bool KeyServerRelay::Sleep(std::chrono::milliseconds duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    if (ending_ || (options_.interrupted != nullptr && *options_.interrupted)) return false;
    std::this_thread::sleep_for(std::min(kStep, duration));
  }
  return true;
}

absl::Status KeyServerRelay::Worded(const absl::Status& error) const {
  // FromGrpc words what gRPC says for the resolver and its flags.
  const std::string message =
      absl::StrReplaceAll(error.message(), {{"the resolver", "the key server"},
                                            {"--resolver-name", "--key-server-name"},
                                            {"--resolver", "--key-server"},
                                            {"--ca", "--key-server-ca"}});
  return absl::Status(error.code(),
                      absl::StrCat("the key server ", options_.server.resolver, ": ", message));
}

}  // namespace blindlink::agent
