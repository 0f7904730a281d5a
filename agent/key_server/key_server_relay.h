#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/isolation/message_pipe.h"
#include "blindlink/keyserver/v1/key_server_service.grpc.pb.h"
#include "blindlink/keyserver/v1/key_server_service.pb.h"
#include "common/rpc/client.h"
#include "grpcpp/client_context.h"

namespace blindlink::agent {

// The half of the agent with the network, as far as the key server is concerned: takes questions
// from the half that reads (agent/oblivious/evaluation_lanes.h), asks the key server over mutual
// TLS and hands back what it answers. While the key server is UNAVAILABLE, it asks again with
// growing waits: a few times before the first answer, for about 15 minutes after it.
class KeyServerRelay {
 public:
  struct Options {
    ConnectionFlags server;  // its address and name in place of the resolver's
    std::string project;
    // Ends waiting when it becomes true; may be null.
    const std::atomic<bool>* interrupted = nullptr;
  };
  // Errors as ConnectUnwitnessed. Starts a thread for each lane: after the other half was started.
  static absl::StatusOr<std::unique_ptr<KeyServerRelay>> Start(Options options,
                                                               std::vector<MessagePipe> lanes);
  // Ends its calls. The other ends of the lanes must be closed, or close soon.
  ~KeyServerRelay();
  KeyServerRelay(const KeyServerRelay&) = delete;
  KeyServerRelay& operator=(const KeyServerRelay&) = delete;

 private:
  KeyServerRelay(Options options, const std::shared_ptr<grpc::Channel>& channel,
                 std::vector<MessagePipe> lanes);

  void Serve(MessagePipe& lane);
  absl::StatusOr<keyserver::v1::EvaluateReply> Ask(const std::string& elements);
  absl::Status Call(const keyserver::v1::EvaluateRequest& request,
                    keyserver::v1::EvaluateReply* reply);
  bool Sleep(std::chrono::milliseconds duration) const;
  absl::Status Worded(const absl::Status& error) const;

  const Options options_;
  const std::unique_ptr<keyserver::v1::KeyServer::Stub> stub_;
  std::vector<MessagePipe> lanes_;
  std::atomic<bool> ending_ = false;
  std::atomic<bool> answered_ = false;
  std::mutex mutex_;
  std::set<grpc::ClientContext*> under_way_;
  std::vector<std::thread> threads_;
};

}  // namespace blindlink::agent
